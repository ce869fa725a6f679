internal import HTTPServer
internal import Wire

/// A path and what answers it.
struct Route: Sendable {
    /// Segments of the path; `{name}` takes one segment, `{name...}` the rest with its slashes.
    let pattern: [PatternSegment]
    let text: StaticString
    let methods: [MethodHandler]
    let maximumBodyBytes: Int

    enum PatternSegment: Sendable, Equatable {
        case literal(String)
        case one(String)
        case rest(String)
    }

    struct MethodHandler: Sendable {
        var method: HTTPMethod
        var handle: Handler
    }

    /// Answers through the call's writer.
    typealias Handler = @Sendable (EndpointCall) async -> Void

    init(_ text: StaticString, maximumBodyBytes: Int = 0, _ methods: (HTTPMethod, Handler)...) {
        self.text = text
        self.maximumBodyBytes = maximumBodyBytes
        self.methods = methods.map { MethodHandler(method: $0.0, handle: $0.1) }
        pattern = "\(text)".split(separator: "/", omittingEmptySubsequences: false).dropFirst().map { segment in
            guard segment.hasPrefix("{"), segment.hasSuffix("}") else { return .literal(String(segment)) }
            let name = segment.dropFirst().dropLast()
            return name.hasSuffix("...") ? .rest(String(name.dropLast(3))) : .one(String(name))
        }
    }

    var isLiteral: Bool { pattern.allSatisfy { if case .literal = $0 { true } else { false } } }

    /// HEAD is answered as GET; the server leaves the body out.
    func handler(for method: HTTPMethod) -> Handler? {
        let wanted = method == .head ? .get : method
        return methods.first { $0.method == wanted }?.handle
    }

    /// For `Allow`.
    var allowedMethods: String {
        var names = methods.map { "\($0.method.text)" }
        if names.contains("GET") { names.append("HEAD") }
        names.append("OPTIONS")
        return names.joined(separator: ", ")
    }

    /// The parameters of a path that fits, decoded; nil if it does not.
    func match(_ path: String) -> [String: String]? {
        var parameters: [String: String] = [:]
        var segments = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
        for part in pattern {
            switch part {
            case .literal(let text):
                guard segments.popFirst().map(String.init) == text else { return nil }
            case .one(let name):
                guard let segment = segments.popFirst(), !segment.isEmpty,
                    let value = PercentEncoding.decode(String(segment))
                else { return nil }
                parameters[name] = value
            case .rest(let name):
                let rest = segments.joined(separator: "/")
                guard !rest.isEmpty, let value = PercentEncoding.decode(rest) else { return nil }
                parameters[name] = value
                segments = []
            }
        }
        return segments.isEmpty ? parameters : nil
    }
}

internal import Dialects
internal import HTTPServer
internal import Wire

/// A path and what answers it. An object, so that finding one copies a reference and none of its parts.
final class Route: Sendable {
    /// Segments of the path; `{name}` takes one segment, `{name...}` the rest with its slashes, and `{name...}:suffix` the
    /// rest if it ends so.
    let pattern: [PatternSegment]
    let text: StaticString
    let methods: [MethodHandler]
    let maximumBodyBytes: Int
    let bodyType: BodyType
    /// Decides before anything else is looked at, and before a body is read; nil: nothing does.
    let admission: Admission?

    /// Whether a POST may be sent again under an `Idempotency-Key`. A form has another boundary each time, so its bodies are never
    /// the same; a stream is not kept.
    let takesIdempotencyKey: Bool

    enum BodyType: Sendable {
        case json, form
    }

    enum PatternSegment: Sendable, Equatable {
        case literal(String)
        case one(String)
        case rest(String, suffix: String)
    }

    /// Made by `get` and `post`: in a tuple the closure would be wrapped twice and run in two frames more.
    struct MethodHandler: Sendable {
        let method: HTTPMethod
        let handle: Handler
        /// Answers what is kept in memory.
        var atOnce: AtOnce?

        static func get(_ handle: @escaping Handler) -> MethodHandler { MethodHandler(method: .get, handle: handle) }
        static func post(_ handle: @escaping Handler) -> MethodHandler { MethodHandler(method: .post, handle: handle) }
        static func post(
            atOnce: @escaping AtOnce, _ handle: @escaping Handler
        ) -> MethodHandler { MethodHandler(method: .post, handle: handle, atOnce: atOnce) }
        static func delete(_ handle: @escaping Handler) -> MethodHandler {
            MethodHandler(method: .delete, handle: handle)
        }
    }

    /// Answers through the call's writer.
    typealias Handler = @Sendable (EndpointCall) async -> Void

    /// False if it did nothing.
    typealias AtOnce = @Sendable (HTTPRequest, HTTPResponseWriter, ServiceState, ServiceShard) -> Bool

    /// Throws what the client is told, and its body is not read.
    typealias Admission = @Sendable (HTTP1RequestHead, ServiceState) throws(HubError) -> Void

    init(
        _ text: StaticString, maximumBodyBytes: Int = 0, bodyType: BodyType = .json, admission: Admission? = nil,
        isStream: Bool = false, _ methods: MethodHandler...
    ) {
        self.text = text
        self.bodyType = bodyType
        self.admission = admission
        takesIdempotencyKey = bodyType == .json && !isStream
        self.maximumBodyBytes = maximumBodyBytes
        self.methods = methods
        pattern = "\(text)".split(separator: "/", omittingEmptySubsequences: false).dropFirst().map { segment in
            guard segment.hasPrefix("{"), let end = segment.firstIndex(of: "}") else {
                return .literal(String(segment))
            }
            let name = segment[..<end].dropFirst()
            let suffix = String(segment[end...].dropFirst())
            return name.hasSuffix("...") ? .rest(String(name.dropLast(3)), suffix: suffix) : .one(String(name))
        }
    }

    var isLiteral: Bool { pattern.allSatisfy { if case .literal = $0 { true } else { false } } }

    /// HEAD is answered as GET; the server leaves the body out.
    func handler(for method: HTTPMethod) -> Handler? {
        let wanted = method == .head ? .get : method
        for index in methods.indices where methods[index].method == wanted { return methods[index].handle }
        return nil
    }

    /// For `Allow`.
    var allowedMethods: String { Self.allowedMethods(methods) }

    static func allowedMethods(_ methods: [MethodHandler]) -> String {
        var names: [String] = []
        for method in methods where !names.contains("\(method.method.text)") { names.append("\(method.method.text)") }
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
            case .rest(let name, let suffix):
                let rest = segments.joined(separator: "/")
                // Without the suffix something must be left.
                guard rest.utf8.count > suffix.utf8.count, rest.hasSuffix(suffix),
                    let value = PercentEncoding.decode(String(rest.dropLast(suffix.count)))
                else { return nil }
                parameters[name] = value
                segments = []
            }
        }
        return segments.isEmpty ? parameters : nil
    }
}

internal import Dialects
internal import Wire

/// Finds the route of a request. Pure.
struct Router: Sendable {
    enum Match: Sendable {
        case handler(Route.Handler, Route, parameters: [String: String])
        /// The path is known, but not with this method.
        case methodNotAllowed(Route)
        /// A preflight, or a question what the path allows.
        case options(Route)
        case notFound
    }

    let routes: [Route]
    private let literal: [String: Route]
    private let patterns: [Route]

    init(_ routes: [Route]) {
        self.routes = routes
        literal = Dictionary(routes.filter(\.isLiteral).map { ($0.text, $0) }, uniquingKeysWith: { first, _ in first })
        patterns = routes.filter { !$0.isLiteral }
    }

    func match(_ method: HTTPMethod, path: String) -> Match {
        if let route = literal[path] { return match(method, route, [:]) }
        for route in patterns {
            if let parameters = route.match(path) { return match(method, route, parameters) }
        }
        return .notFound
    }

    /// Limits a body before it is read.
    func route(path: String) -> Route? {
        literal[path] ?? patterns.first { $0.match(path) != nil }
    }

    private func match(_ method: HTTPMethod, _ route: Route, _ parameters: [String: String]) -> Match {
        if method == .options { return .options(route) }
        guard let handler = route.handler(for: method) else { return .methodNotAllowed(route) }
        return .handler(handler, route, parameters: parameters)
    }
}

internal import Dialects
internal import Wire

/// Finds the route of a request. Pure.
struct Router: Sendable {
    enum Match: Sendable {
        case handler(Route.Handler, Route, parameters: [String: String])
        /// The path is known, but not with this method.
        case methodNotAllowed(Route)
        /// A preflight, or a question what the path allows, or of `*`: what any does.
        case options(allowedMethods: String)
        case notFound
    }

    let routes: [Route]
    private let literals: [Route]
    private let literalPaths: [StaticString]
    private let patterns: [Route]

    init(_ routes: [Route]) {
        self.routes = routes
        literals = routes.filter(\.isLiteral)
        literalPaths = literals.map(\.text)
        patterns = routes.filter { !$0.isLiteral }
    }

    func match(_ head: HTTP1RequestHead) -> Match {
        // A few comparisons of equal length cost less than making and hashing a string.
        for index in literalPaths.indices where head.pathEquals(literalPaths[index]) {
            return match(head.method, literals[index], [:])
        }
        let path = head.path
        for route in patterns {
            if let parameters = route.match(path) { return match(head.method, route, parameters) }
        }
        // RFC 9110 section 9.3.7.
        if head.method == .options, head.pathEquals("*") {
            return .options(allowedMethods: Route.allowedMethods(routes.flatMap(\.methods)))
        }
        return .notFound
    }

    /// What answers a request to a fixed path without a task; nil where nothing does.
    func atOnce(_ head: HTTP1RequestHead) -> Route.AtOnce? {
        for index in literalPaths.indices where head.pathEquals(literalPaths[index]) {
            let methods = literals[index].methods
            for place in methods.indices where methods[place].method == head.method { return methods[place].atOnce }
            return nil
        }
        return nil
    }

    private func match(_ method: HTTPMethod, _ route: Route, _ parameters: [String: String]) -> Match {
        if method == .options { return .options(allowedMethods: route.allowedMethods) }
        guard let handler = route.handler(for: method) else { return .methodNotAllowed(route) }
        return .handler(handler, route, parameters: parameters)
    }
}

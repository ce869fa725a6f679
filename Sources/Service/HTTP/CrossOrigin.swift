internal import Wire

/// Which browser pages may call the hub.
struct CrossOrigin: Sendable {
    /// `*` for all; empty for none.
    let origins: [String]

    func add(to head: inout HTTPResponseHead, request: HTTP1RequestHead) {
        guard let origin = allowed(request) else { return }
        head.add("access-control-allow-origin", origin)
        head.add("vary", "origin" as StaticString)
        head.add("access-control-expose-headers", "*" as StaticString)
    }

    func addPreflight(to head: inout HTTPResponseHead, request: HTTP1RequestHead, methods: String) {
        guard allowed(request) != nil else { return }
        add(to: &head, request: request)
        head.add("access-control-allow-methods", methods)
        let wanted = request.value(of: "access-control-request-headers")
        head.add("access-control-allow-headers", wanted ?? "authorization, content-type")
        head.add("access-control-max-age", 600)
    }

    private func allowed(_ request: HTTP1RequestHead) -> String? {
        guard !origins.isEmpty, let origin = request.value(of: "origin") else { return nil }
        if origins.contains("*") { return "*" }
        return origins.contains(origin) ? origin : nil
    }
}

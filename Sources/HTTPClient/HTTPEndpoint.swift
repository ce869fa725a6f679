import CCurl
import Reactor

/// What stays the same from call to call: method, URL and headers in the form libcurl wants them.
///
/// Built once and used by every request on every reactor. `@unchecked Sendable`: immutable after `init`,
/// and libcurl only reads the list and the parsed URL, which it copies for each call.
@safe
public final class HTTPEndpoint: @unchecked Sendable {
    public let method: String
    public let url: String
    public let isSecure: Bool
    public let host: String
    public let reach: AddressReach
    /// The host is an address, not a name.
    let isLiteral: Bool
    /// Calls take connections of their own: one that another endpoint opened was not checked for this one.
    var isApart: Bool { reach == .publicOnly }
    let headers: UnsafeMutablePointer<curl_slist>?
    /// Given to libcurl parsed, so that it does not parse it, and write it anew, for each call.
    let parsed: ParsedURL

    /// - Throws: `invalidRequest` for a URL that is not absolute http or https or holds credentials, for http with
    ///   `publicOnly`, for a method or header name that is no token, for control characters in a value, and for
    ///   headers that decide the framing.
    public init(
        method: String, url: String, headers: [(name: String, value: String)] = [],
        reach: AddressReach = .configured
    ) throws(HTTPClientError) {
        guard HeaderRules.isToken(method) else {
            throw .invalidRequest("not a method: \(method.debugDescription)")
        }
        parsed = try ParsedURL(url)
        self.method = method
        self.url = url
        isSecure = parsed.scheme == "https"
        host = parsed.host
        self.reach = reach
        isLiteral = parsed.isAddress
        if reach == .publicOnly, !isSecure { throw .invalidRequest("only https is allowed") }
        unsafe self.headers = try HeaderList.make(Self.lines(headers), before: nil)
    }

    deinit {
        unsafe curl_slist_free_all(headers)
    }

    private static func lines(_ headers: [(name: String, value: String)]) throws(HTTPClientError) -> [String] {
        var lines: [String] = []
        for (name, value) in headers { lines.append(try HeaderRules.line(name: name, value: value)) }
        // "Name:" tells libcurl not to send what it would add by itself: a wait for 100 Continue before
        // larger bodies, and the type of an HTML form.
        lines.append("Expect:")
        if !headers.contains(where: { $0.name.lowercased() == "content-type" }) { lines.append("Content-Type:") }
        return lines
    }
}

/// Makes libcurl header lists.
enum HeaderList {
    /// A list of copies of `lines` that ends in `tail`.
    static func make(
        _ lines: [String], before tail: UnsafeMutablePointer<curl_slist>?
    ) throws(HTTPClientError) -> UnsafeMutablePointer<curl_slist>? {
        var first: UnsafeMutablePointer<curl_slist>?
        var last: UnsafeMutablePointer<curl_slist>?
        for line in lines {
            guard let node = unsafe curl_slist_append(nil, line) else {
                unsafe curl_slist_free_all(first)
                throw .invalidRequest("out of memory")
            }
            if let last = unsafe last { unsafe last.pointee.next = node } else { unsafe first = node }
            unsafe last = node
        }
        guard let last = unsafe last else { return unsafe tail }
        unsafe last.pointee.next = tail
        return unsafe first
    }

    /// Frees the nodes before `tail`.
    static func free(
        _ list: UnsafeMutablePointer<curl_slist>?, before tail: UnsafeMutablePointer<curl_slist>?
    ) {
        var node = unsafe list
        while let current = unsafe node, unsafe current != tail {
            unsafe node = current.pointee.next
            unsafe current.pointee.next = nil
            unsafe curl_slist_free_all(current)
        }
    }
}

/// A URL as libcurl's own parser sees it: a second parser could be told otherwise.
@safe
final class ParsedURL {
    let handle: OpaquePointer
    private(set) var scheme = ""
    private(set) var host = ""

    /// libcurl has written an address of any notation in the usual one.
    var isAddress: Bool {
        let bare = host.hasPrefix("[") ? String(host.dropFirst().prefix { $0 != "]" && $0 != "%" }) : host
        return SocketAddress(literal: bare, port: 0) != nil
    }

    init(_ url: String) throws(HTTPClientError) {
        guard let handle = unsafe curl_url() else { throw .invalidRequest("out of memory") }
        unsafe self.handle = handle
        guard !url.utf8.contains(0), unsafe curl_url_set(handle, CURLUPART_URL, url, 0) == CURLUE_OK else {
            throw .invalidRequest("not an absolute http or https URL")
        }
        scheme = unsafe Self.part(CURLUPART_SCHEME, of: handle)
        host = unsafe Self.part(CURLUPART_HOST, of: handle)
        guard scheme == "http" || scheme == "https" else {
            throw .invalidRequest("scheme \(scheme) is not http or https")
        }
        guard !host.isEmpty else { throw .invalidRequest("the URL names no host") }
        // They would show up in logs and errors; a header is the place for credentials.
        guard unsafe Self.part(CURLUPART_USER, of: handle).isEmpty,
            unsafe Self.part(CURLUPART_PASSWORD, of: handle).isEmpty
        else { throw .invalidRequest("the URL holds credentials") }
    }

    deinit {
        unsafe curl_url_cleanup(handle)
    }

    private static func part(_ part: CURLUPart, of handle: OpaquePointer) -> String {
        var text: UnsafeMutablePointer<CChar>?
        guard unsafe curl_url_get(handle, part, &text, 0) == CURLUE_OK, let text = unsafe text else { return "" }
        defer { unsafe curl_free(text) }
        return unsafe String(cString: text)
    }
}

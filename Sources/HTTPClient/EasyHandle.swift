import CCurl
import Reactor

/// One libcurl handle, used for call after call: options that never change are set once, those of the
/// endpoint when it differs from the last one, and per call only the body.
@safe
final class EasyHandle {
    let curl: UnsafeMutableRawPointer
    /// The call in progress; nil while idle.
    var transfer: Transfer?

    /// libcurl keeps pointers to all of these, so they live as long as the handle.
    private let errorText: UnsafeMutablePointer<CChar>
    private let sessions: SessionShare
    private var endpoint: HTTPEndpoint?
    private var extraHeaders: UnsafeMutablePointer<curl_slist>?

    private var form: Form?
    private var connectMilliseconds = -1
    private var takesFreshConnection = false
    private var setupFailure = CURLE_OK

    /// How libcurl is told to frame a request.
    private enum Form {
        case withoutBody, headOnly, withBody
    }

    init(_ configuration: HTTPClientConfiguration, sessions: SessionShare) throws(HTTPClientError) {
        guard let curl = unsafe curl_easy_init() else { throw .connectFailed("out of memory") }
        unsafe self.curl = curl
        self.sessions = sessions
        unsafe errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
        unsafe errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
        setCallbacks()
        setTransport(configuration)
        setSecurity(configuration)
        guard setupFailure == CURLE_OK else { throw HTTPClientError(setupFailure, message: message(setupFailure)) }
    }

    deinit {
        unsafe curl_easy_cleanup(curl)
        unsafe errorText.deallocate()
        unsafe HeaderList.free(extraHeaders, before: endpoint?.headers)
    }

    // MARK: Per call

    func prepare(_ request: HTTPClientRequest, connectTimeout: Duration) throws(HTTPClientError) {
        setupFailure = CURLE_OK
        unsafe errorText[0] = 0
        setEndpoint(request.endpoint)
        setFreshConnection(request.endpoint.isApart)
        try setExtraHeaders(request)
        setForm(request)
        let milliseconds = Int(clamping: max(1, connectTimeout.saturatedNanoseconds / 1_000_000))
        if milliseconds != connectMilliseconds {
            connectMilliseconds = milliseconds
            set(CURLOPT_CONNECTTIMEOUT_MS, min(milliseconds, Int(Int32.max)))
        }
        guard setupFailure == CURLE_OK else { throw HTTPClientError(setupFailure, message: message(setupFailure)) }
    }

    private func setEndpoint(_ endpoint: HTTPEndpoint) {
        guard self.endpoint !== endpoint else { return }
        releaseExtraHeaders()
        self.endpoint = endpoint
        form = nil
        unsafe set(CURLOPT_CURLU, pointer: UnsafeRawPointer(endpoint.parsed.handle))
        set(CURLOPT_FORBID_REUSE, endpoint.isApart ? 1 : 0)
        note(unsafe ccurl_set_headers(curl, endpoint.headers))
    }

    private func setFreshConnection(_ isFresh: Bool) {
        guard isFresh != takesFreshConnection else { return }
        takesFreshConnection = isFresh
        set(CURLOPT_FRESH_CONNECT, isFresh ? 1 : 0)
    }

    /// The call in progress, which has ended in libcurl, is to be made once more, on a connection of its own.
    /// - Returns: whether libcurl takes it.
    func prepareRepetition() -> Bool {
        setupFailure = CURLE_OK
        unsafe errorText[0] = 0
        setFreshConnection(true)
        return setupFailure == CURLE_OK
    }

    /// Puts the call's headers before the endpoint's: the shared list is linked to, not copied or changed.
    private func setExtraHeaders(_ request: HTTPClientRequest) throws(HTTPClientError) {
        let needsReset = unsafe extraHeaders != nil
        releaseExtraHeaders()
        var lines: [String] = []
        for (name, value) in request.extraHeaders { lines.append(try HeaderRules.line(name: name, value: value)) }
        if !lines.isEmpty {
            unsafe extraHeaders = try HeaderList.make(lines, before: request.endpoint.headers)
            note(unsafe ccurl_set_headers(curl, extraHeaders))
        } else if needsReset {
            note(unsafe ccurl_set_headers(curl, request.endpoint.headers))
        }
    }

    private func releaseExtraHeaders() {
        unsafe HeaderList.free(extraHeaders, before: endpoint?.headers)
        unsafe extraHeaders = nil
    }

    private func setForm(_ request: HTTPClientRequest) {
        let form = Self.form(method: request.endpoint.method, hasBody: !request.body.isEmpty)
        if form != self.form {
            self.form = form
            switch form {
            case .withoutBody: set(CURLOPT_HTTPGET, 1)
            case .headOnly: set(CURLOPT_NOBODY, 1)
            case .withBody: set(CURLOPT_POST, 1)
            }
            let usual = form == .withoutBody ? "GET" : form == .headOnly ? "HEAD" : "POST"
            set(CURLOPT_CUSTOMREQUEST, request.endpoint.method == usual ? nil : request.endpoint.method)
        }
        if form == .withBody { setBody(request.body) }
    }

    private static func form(method: String, hasBody: Bool) -> Form {
        switch method {
        case "HEAD": .headOnly
        case "POST", "PUT", "PATCH": .withBody
        default: hasBody ? .withBody : .withoutBody
        }
    }

    /// The bytes are not copied: an array's elements stay where they are while the array is held and not
    /// changed, and `transfer` holds it, as a constant, for as long as libcurl may read it.
    private func setBody(_ body: [UInt8]) {
        let empty: StaticString = ""
        let bytes = unsafe body.withUnsafeBytes { $0.baseAddress } ?? UnsafeRawPointer(empty.utf8Start)
        note(unsafe ccurl_set_offset(curl, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(body.count)))
        note(unsafe ccurl_set_pointer(curl, CURLOPT_POSTFIELDS, bytes))
    }

    // MARK: Set once

    private func setCallbacks() {
        // Unretained: the handle outlives its own libcurl handle, which calls back only during a transfer.
        let context = unsafe Unmanaged.passUnretained(self).toOpaque()
        unsafe set(CURLOPT_PRIVATE, pointer: context)
        unsafe set(CURLOPT_ERRORBUFFER, pointer: errorText)
        unsafe set(CURLOPT_WRITEDATA, pointer: context)
        unsafe set(CURLOPT_HEADERDATA, pointer: context)
        unsafe set(CURLOPT_RESOLVER_START_DATA, pointer: context)
        note(unsafe ccurl_set_receiver(curl, CURLOPT_WRITEFUNCTION, onBody))
        note(unsafe ccurl_set_receiver(curl, CURLOPT_HEADERFUNCTION, onHeader))
        note(unsafe ccurl_set_resolver_start(curl, onResolve))
        note(unsafe ccurl_set_request_start(curl, onRequest, context))
        unsafe set(CURLOPT_OPENSOCKETDATA, pointer: context)
        note(unsafe ccurl_set_open_socket(curl, onOpenSocket))
    }

    private func setTransport(_ configuration: HTTPClientConfiguration) {
        set(CURLOPT_NOSIGNAL, 1)
        // Kept by every idle handle; bodies are sent from their own memory and do not need more.
        set(CURLOPT_UPLOAD_BUFFERSIZE, 16 << 10)
        // Cancelling must not wait for a name look-up that hangs in its thread.
        set(CURLOPT_QUICK_EXIT, 1)
        set(CURLOPT_FOLLOWLOCATION, 0)
        set(CURLOPT_PROTOCOLS_STR, "http,https")
        // Both explicit, or every call looks into the environment.
        set(CURLOPT_PROXY, configuration.proxy ?? "")
        set(CURLOPT_NOPROXY, "")
        set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
        set(CURLOPT_USERAGENT, configuration.userAgent.isEmpty ? nil : configuration.userAgent)
        set(CURLOPT_TCP_NODELAY, 1)
        set(CURLOPT_TCP_KEEPALIVE, 1)
        set(CURLOPT_MAXAGE_CONN, max(1, Int(configuration.idleConnectionLifetime.components.seconds)))
        set(CURLOPT_HTTP_VERSION, configuration.allowsHTTP2 ? CURL_HTTP_VERSION_2TLS : CURL_HTTP_VERSION_1_1)
        // Waiting for a connection in its handshake, to see if it can be shared, would let one handshake
        // that hangs hold up every call to that host. The surplus connections of a cold burst age out.
        set(CURLOPT_PIPEWAIT, 0)
    }

    private func setSecurity(_ configuration: HTTPClientConfiguration) {
        set(CURLOPT_SSL_VERIFYPEER, 1)
        set(CURLOPT_SSL_VERIFYHOST, 2)
        set(CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
        if let caFile = configuration.caFile { set(CURLOPT_CAINFO, caFile) }
        unsafe set(CURLOPT_SHARE, pointer: sessions.handle)
    }

    private func set(_ option: CURLoption, _ value: Int) {
        note(unsafe ccurl_set_long(curl, option, value))
    }

    private func set(_ option: CURLoption, _ value: String?) {
        note(unsafe ccurl_set_string(curl, option, value))
    }

    private func set(_ option: CURLoption, pointer: UnsafeRawPointer) {
        note(unsafe ccurl_set_pointer(curl, option, pointer))
    }

    /// A refused option fails the call: without it, verification or the scheme limit might be missing.
    private func note(_ code: CURLcode) {
        if code != CURLE_OK { setupFailure = code }
    }

    /// What libcurl wrote about the last failure, or its general text for the code.
    func message(_ code: CURLcode) -> String {
        unsafe String(cString: errorText[0] != 0 ? UnsafePointer(errorText) : curl_easy_strerror(code))
    }
}

/// TLS sessions known to all handles of one reactor: libcurl would keep them per handle.
/// No locks: everything happens on the reactor's thread.
@safe
final class SessionShare {
    let handle: UnsafeMutableRawPointer

    init() throws(HTTPClientError) {
        guard let handle = unsafe ccurl_share_sessions() else { throw .connectFailed("out of memory") }
        unsafe self.handle = handle
    }

    deinit {
        unsafe curl_share_cleanup(handle)
    }
}

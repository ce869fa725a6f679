import CCurl
import Reactor

/// What a transfer asks of its handle, and libcurl's calls back.
extension EasyHandle {
    /// The handle that `setCallbacks` made libcurl remember.
    static func from(_ context: UnsafeMutableRawPointer) -> EasyHandle {
        unsafe Unmanaged<EasyHandle>.fromOpaque(context).takeUnretainedValue()
    }

    static func of(_ curl: UnsafeMutableRawPointer) -> EasyHandle? {
        guard let context = unsafe ccurl_get_private(curl) else { return nil }
        return unsafe from(context)
    }

    func pause() {
        unsafe curl_easy_pause(curl, CURLPAUSE_RECV)
    }

    /// Delivers what libcurl holds back before it returns. Never from within a callback.
    func resume() {
        unsafe curl_easy_pause(curl, CURLPAUSE_CONT)
    }

    /// Bytes the head announced, -1 when unknown.
    var contentLength: Int { unsafe Int(ccurl_get_offset(curl, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T)) }

    /// Whether a connection was found or made, or its name resolved.
    var hasConnection: Bool {
        unsafe ccurl_get_offset(curl, CURLINFO_NAMELOOKUP_TIME_T) > 0
            || ccurl_get_offset(curl, CURLINFO_PRETRANSFER_TIME_T) > 0
    }

    /// Whether this call opened one, other than taking one that was kept.
    var hasOpenedConnection: Bool { unsafe ccurl_get_long(curl, CURLINFO_NUM_CONNECTS) > 0 }

    /// Until the connection was ready; zero when an open one was used.
    var connectTime: Duration {
        guard hasOpenedConnection else { return .zero }
        let withTLS = unsafe ccurl_get_offset(curl, CURLINFO_APPCONNECT_TIME_T)
        return .microseconds(withTLS > 0 ? withTLS : unsafe ccurl_get_offset(curl, CURLINFO_CONNECT_TIME_T))
    }

    var usesHTTP2: Bool {
        unsafe ccurl_get_long(curl, CURLINFO_HTTP_VERSION) == CURL_HTTP_VERSION_2_0
    }
}

/// Returning less than the length makes libcurl end the transfer with an error.
let onBody: curl_write_callback = { bytes, size, count, context in
    guard let context = unsafe context, let transfer = unsafe EasyHandle.from(context).transfer else { return 0 }
    let length = size * count
    return unsafe transfer.receiveBody(UnsafeRawBufferPointer(start: bytes, count: length)) ? length : 0
}

let onHeader: curl_write_callback = { bytes, size, count, context in
    guard let context = unsafe context, let transfer = unsafe EasyHandle.from(context).transfer else { return 0 }
    let length = size * count
    return unsafe transfer.receiveHeader(UnsafeRawBufferPointer(start: bytes, count: length)) ? length : 0
}

let onRequest: curl_prereq_callback = { context, _, _, _, _ in
    guard let context = unsafe context, let transfer = unsafe EasyHandle.from(context).transfer else {
        return ccurl_request_goes_on
    }
    return transfer.requestBegins() ? ccurl_request_goes_on : ccurl_request_is_off
}

/// Refuses addresses out of the endpoint's reach before anything is sent there.
let onOpenSocket: curl_opensocket_callback = { context, _, address in
    guard let context = unsafe context, let address = unsafe address,
        let transfer = unsafe EasyHandle.from(context).transfer, let target = unsafe SocketAddress(address)
    else { return ccurl_socket_bad }
    let endpoint = transfer.request.endpoint
    guard endpoint.reach.allows(target, isLiteral: endpoint.isLiteral) else {
        transfer.refusedAddress = target.addressText
        return ccurl_socket_bad
    }
    return unsafe ccurl_open_socket(address)
}

extension SocketAddress {
    fileprivate init?(_ address: UnsafePointer<curl_sockaddr>) {
        var bytes = SIMD16<UInt8>()
        let isKnown = unsafe withUnsafeMutableBytes(of: &bytes) { unsafe ccurl_address(address, $0.baseAddress) }
        guard isKnown != 0 else { return nil }
        let words = unsafe unsafeBitCast(bytes, to: SIMD2<UInt64>.self)
        self.init(high: UInt64(bigEndian: words[0]), low: UInt64(bigEndian: words[1]), port: 0)
    }
}

let onResolve: curl_resolver_start_callback = { _, _, context in
    if let context = unsafe context { unsafe EasyHandle.from(context).transfer?.hasStartedResolving = true }
    return 0
}

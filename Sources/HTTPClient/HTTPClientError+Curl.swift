import CCurl

extension HTTPClientError {
    /// - Parameter message: what libcurl wrote to the error buffer, or its general text for the code.
    init(_ code: CURLcode, message: String) {
        self =
            switch code {
            case CURLE_URL_MALFORMAT, CURLE_OUT_OF_MEMORY, CURLE_BAD_FUNCTION_ARGUMENT: .invalidRequest(message)
            case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY: .unresolvedHost(message)
            case CURLE_COULDNT_CONNECT, CURLE_INTERFACE_FAILED, CURLE_PROXY: .connectFailed(message)
            // No other time limit is given to libcurl.
            case CURLE_OPERATION_TIMEDOUT: .connectTimeout
            case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CONNECT_ERROR, CURLE_SSL_CACERT_BADFILE,
                CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_INVALIDCERTSTATUS,
                CURLE_SSL_CLIENTCERT, CURLE_USE_SSL_FAILED:
                .tlsFailed(message)
            // The scheme was checked before, so this is an HTTP/0.9 answer.
            case CURLE_UNSUPPORTED_PROTOCOL, CURLE_WEIRD_SERVER_REPLY, CURLE_BAD_CONTENT_ENCODING,
                CURLE_FILESIZE_EXCEEDED:
                .malformedResponse(message)
            default: .connectionClosed(message)
            }
    }
}

/// Takes a streamed response on the reactor's thread, one call per network read.
///
/// The methods may pause, resume and cancel the transfer, and start other calls.
public protocol HTTPStreamReceiver: AnyObject {
    /// The final response head; interim (1xx) responses are skipped.
    func receiveHead(status: Int, headers: HTTPClientHeaders, transfer: HTTPTransfer)
    /// - Parameter bytes: valid during the call only.
    /// - Returns: whether they are what the deadlines `firstByte` and `idle` wait for. A server that only shows that it is
    ///   alive does not put them off.
    func receiveBody(_ bytes: UnsafeRawBufferPointer) -> Bool
}

/// Steers a running stream. Does nothing once the transfer has ended.
public struct HTTPTransfer: Sendable {
    let transfer: Transfer

    /// Stops reading from the provider: its TCP or stream window fills and it stops sending. What is
    /// in the current read may still be received. From another thread than the reactor's it happens soon.
    public func pause() {
        transfer.pause()
    }

    /// Reads on at the end of the reactor's turn, never inside this call. From any thread.
    public func resume() {
        transfer.resume()
    }

    /// Closes the transfer at once: `stream` throws `cancelled`, nothing more is received. From any thread.
    public func cancel() {
        transfer.cancel()
    }
}

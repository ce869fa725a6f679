import HTTPClient
import Reactor
import Synchronization
import Testing

struct StreamTests {
    @Test func `every byte of a stream arrives in order`() async throws {
        try await withServer { peer in
            guard peer.readRequest() != nil else { return }
            peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
            for number in 0..<500 { peer.send("5\r\n\(number + 10000)\r\n") }
            peer.send("0\r\n\r\n")
        } _: { client, server, _ in
            let receiver = RecordingReceiver()
            let end = try await client.stream(.get(server.url()), to: receiver)
            #expect(receiver.text == (0..<500).map { "\($0 + 10000)" }.joined())
            #expect(end.status == 200)
            #expect(end.bodyBytes == 2500)
            #expect(end.timings.head <= end.timings.firstByte && end.timings.firstByte <= end.timings.total)
        }
    }

    @Test func `a receiver that keeps its transfer is let go at the end`() async throws {
        try await withServer { peer in
            guard peer.readRequest() != nil else { return }
            peer.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi")
        } _: { client, server, _ in
            let request = try HTTPClientRequest.get(server.url())
            /// The receiver after its stream; it holds the transfer that held it.
            func receiverAfterStream() async throws -> WeakReceiver {
                let receiver = RecordingReceiver()
                _ = try await client.stream(request, to: receiver)
                return WeakReceiver(receiver: receiver)
            }
            let kept = try await receiverAfterStream()
            #expect(kept.receiver == nil)
        }
    }

    private struct WeakReceiver {
        weak var receiver: RecordingReceiver?
    }

    @Test func `a cut stream is an error after what was received`() async throws {
        try await withServer { peer in
            guard peer.readRequest() != nil else { return }
            peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n")
        } _: { client, server, _ in
            let receiver = RecordingReceiver()
            let request = try HTTPClientRequest.get(server.url())
            let error = await failure { () async throws(HTTPClientError) in
                _ = try await client.stream(request, to: receiver)
            }
            #expect(kind(error) == "bodyCut")
            #expect(receiver.text == "first")
        }
    }

    @Test func `a paused stream stops the server and loses nothing`() async throws {
        let stalled = Signal()
        // More than the kernel buffers between the two ends.
        let total = 24 << 20
        try await withServer { peer in
            guard peer.readRequest() != nil else { return }
            peer.setSendTimeout(milliseconds: 50)
            peer.send("HTTP/1.1 200 OK\r\nContent-Length: \(total)\r\n\r\n")
            let block = (0..<(1 << 20)).map { UInt8(truncatingIfNeeded: $0 / 7) }
            for _ in 0..<(total / block.count) { peer.send(block) { stalled.fire() } }
        } _: { client, server, reactor in
            let receiver = RecordingReceiver(onHead: { $0.pause() })
            let request = try HTTPClientRequest.get(server.url())
            async let end = client.stream(request, to: receiver)
            await stalled.wait()
            #expect(receiver.bytes.isEmpty)
            let transfer = try #require(receiver.transfer)
            reactor.submit { transfer.resume() }
            #expect(try await end.bodyBytes == total)
            let bytes = receiver.bytes
            #expect(bytes.indices.allSatisfy { bytes[$0] == UInt8(truncatingIfNeeded: ($0 % (1 << 20)) / 7) })
        }
    }

    @Test func `a stream can pause after every read`() async throws {
        try await withServer { peer in
            guard peer.readRequest() != nil else { return }
            // Many chunks in one packet: all but the first wait inside libcurl.
            let chunks = (0..<200).map { "5\r\n\($0 + 10000)\r\n" }.joined()
            peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\(chunks)0\r\n\r\n")
        } _: { client, server, _ in
            let receiver = RecordingReceiver(onBody: { transfer in
                transfer.pause()
                transfer.resume()
            })
            let end = try await client.stream(.get(server.url()), to: receiver)
            #expect(end.bodyBytes == 1000)
            #expect(receiver.text == (0..<200).map { "\($0 + 10000)" }.joined())
        }
    }

    @Test func `a receiver may cancel its own stream`() async throws {
        let closed = Signal()
        try await withServer { peer in
            guard peer.readRequest() != nil else { return }
            peer.send("HTTP/1.1 200 OK\r\n\r\n")
            while peer.send("more") {}
            closed.fire()
        } _: { client, server, _ in
            let receiver = RecordingReceiver(onBody: { transfer in transfer.cancel() })
            let request = try HTTPClientRequest.get(server.url())
            let error = await failure { () async throws(HTTPClientError) in
                _ = try await client.stream(request, to: receiver)
            }
            #expect(error == .cancelled)
            await closed.wait()
        }
    }

    @Test func `a receiver may cancel another stream from within its own`() async throws {
        let firstHasHead = Signal()
        try await withServer { peer in
            guard let request = peer.readRequest() else { return }
            peer.send("HTTP/1.1 200 OK\r\n\r\nbegin")
            if request.head.contains("/first") { peer.waitForEnd() }
        } _: { client, server, _ in
            let first = RecordingReceiver(onHead: { _ in firstHasHead.fire() })
            let firstRequest = try HTTPClientRequest.get(server.url("/first"))
            async let error = failure { () async throws(HTTPClientError) in
                _ = try await client.stream(firstRequest, to: first)
            }
            await firstHasHead.wait()
            let second = RecordingReceiver(onBody: { _ in first.transfer?.cancel() })
            let end = try await client.stream(.get(server.url("/second")), to: second)
            #expect(end.bodyBytes == 5)
            #expect(await error == .cancelled)
        }
    }

    @Test func `an empty body still delivers the head`() async throws {
        try await withServer { peer in
            while peer.readRequest() != nil { peer.answer("") }
        } _: { client, server, _ in
            let receiver = RecordingReceiver()
            let end = try await client.stream(.get(server.url()), to: receiver)
            #expect(receiver.status == 200)
            #expect(end.bodyBytes == 0)
        }
    }
}

import HTTPServer
import Reactor
import TestSupport
import Testing

@Suite struct TLSTests {
    @Test(arguments: ["TLSv1.2", "TLSv1.3"])
    func `requests are served over TLS with ALPN`(version: String) async throws {
        let pythonVersion = version.replacing(".", with: "_")
        try await withCertificate { certificate in
            try await withServer(tls: certificate.context()) { server in
                let client = try TLSClient(
                    to: server.address, trusting: certificate,
                    setup: "context.minimum_version = context.maximum_version = ssl.TLSVersion.\(pythonVersion)",
                    script: """
                        print(tls.version(), tls.selected_alpn_protocol())
                        tls.sendall(b"POST /a HTTP/1.1\\r\\nhost: hub.test\\r\\ncontent-length: 4\\r\\n\\r\\nbody")
                        tls.sendall(b"GET /b HTTP/1.1\\r\\nhost: hub.test\\r\\nconnection: close\\r\\n\\r\\n")
                        print(receive_to_end().decode())
                        """)
                let output = try client.finish()
                #expect(output.hasPrefix("\(version) http/1.1\n"))
                #expect(output.contains("POST /a body"))
                #expect(output.contains("GET /b "))
            }
        }
    }

    @Test func `older versions than TLS 1 2 are refused`() async throws {
        try await withCertificate { certificate in
            try await withServer(tls: certificate.context()) { server in
                let client = try TLSClient(
                    to: server.address, trusting: certificate,
                    setup: """
                        import warnings
                        warnings.simplefilter("ignore")
                        context.set_ciphers("ALL:@SECLEVEL=0")
                        context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_1
                        socket_wrap = context.wrap_socket
                        class Refused:
                            def wrap_socket(self, *arguments, **named):
                                try:
                                    return socket_wrap(*arguments, **named)
                                except (ssl.SSLError, ConnectionError):
                                    print("refused")
                                    sys.exit(0)
                        context = Refused()
                        """, script: "print('accepted')")
                #expect(try client.finish() == "refused\n")
            }
        }
    }

    @Test func `large bodies arrive whole both ways`() async throws {
        var handler = TestHandler { request, writer in
            writer.respond(HTTPResponse(status: 200, contentType: "a/b", body: request.body))
        }
        handler.admission = { _ in .read(maximumBodyBytes: 16 << 20) }
        try await withCertificate { certificate in
            try await withServer(handler, tls: certificate.context()) { server in
                let client = try TLSClient(
                    to: server.address, trusting: certificate,
                    script: """
                        body = os.urandom(8 << 20)
                        for close in (b"", b"connection: close\\r\\n"):
                            head = b"POST / HTTP/1.1\\r\\nhost: a\\r\\n%scontent-length: %d\\r\\n\\r\\n" % (close, len(body))
                            tls.sendall(head + body)
                            received = b""
                            while b"\\r\\n\\r\\n" not in received:
                                received += tls.recv(65536)
                            received = bytearray(received.split(b"\\r\\n\\r\\n", 1)[1])
                            while len(received) < len(body):
                                received += tls.recv(65536)
                            print(received == body)
                        print(receive_to_end() == b"")
                        """)
                #expect(try client.finish() == "True\nTrue\nTrue\n")
            }
        }
    }

    @Test func `a stream arrives whole over TLS at a slow reader`() async throws {
        let handler = TestHandler { _, writer in
            writer.startStream(streamHead())
            for number in 0..<2000 {
                writer.write([UInt8](repeating: UInt8(truncatingIfNeeded: number), count: 5000))
                if writer.isCongested {
                    await withCheckedContinuation { continuation in
                        writer.onWritable = {
                            writer.onWritable = nil
                            continuation.resume()
                        }
                    }
                }
            }
            writer.finish()
        }
        try await withCertificate { certificate in
            try await withServer(handler, tls: certificate.context()) { server in
                let client = try TLSClient(
                    to: server.address, trusting: certificate,
                    setup: "import http.client",
                    script: """
                        tls.sendall(b"GET / HTTP/1.1\\r\\nhost: a\\r\\n\\r\\n")
                        response = http.client.HTTPResponse(tls)
                        response.begin()
                        body = response.read()
                        print(body == b"".join(bytes([number % 256]) * 5000 for number in range(2000)))
                        """)
                #expect(try client.finish() == "True\n")
            }
        }
    }

    @Test func `a client that has finished sending gets its answer over TLS`() async throws {
        let mayAnswer = Gate()
        let handler = TestHandler { request, writer in
            await mayAnswer.opened()
            writer.respond(.echo(request))
        }
        try await withCertificate { certificate in
            try await withServer(handler, tls: certificate.context()) { server in
                let client = try TLSClient(
                    to: server.address, trusting: certificate,
                    script: """
                        tls.sendall(b"POST /h HTTP/1.1\\r\\nhost: a\\r\\ncontent-length: 4\\r\\n\\r\\nhalf")
                        raw_end = socket.socket(fileno=os.dup(tls.fileno()))
                        raw_end.shutdown(socket.SHUT_WR)
                        print(receive_to_end().decode())
                        """)
                mayAnswer.open()
                #expect(try client.finish().contains("POST /h half"))
            }
        }
    }

    @Test func `a client that goes away while it is written to does not end the process`() async throws {
        let isCalled = Gate()
        let hasGone = Gate()
        let isAnswered = Gate()
        let handler = TestHandler { request, writer in
            isCalled.open()
            // Holds the reactor: the reset is met by a write and not by an event.
            try? hasGone.wait()
            writer.respond(.echo(request))
            isAnswered.open()
        }
        try await withCertificate { certificate in
            try await withServer(handler, tls: certificate.context()) { server in
                let client = try TLSClient(
                    to: server.address, trusting: certificate,
                    script: """
                        tls.sendall(b"GET / HTTP/1.1\\r\\nhost: a\\r\\n\\r\\n")
                        wait()
                        tls.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                        tls.close()
                        """)
                try isCalled.wait()
                client.goOn()
                _ = try client.finish()
                hasGone.open()
                try isAnswered.wait()
                try server.waitForConnections(0)
            }
        }
    }

    @Test func `new connections get a replaced certificate and old ones go on`() async throws {
        let isConnected = Gate()
        let handler = TestHandler { request, writer in
            isConnected.open()
            writer.respond(.echo(request))
        }
        try await withCertificate { first in
            try await withCertificate { second in
                try await withServer(handler, tls: first.context()) { server in
                    let script = """
                        tls.sendall(b"GET / HTTP/1.1\\r\\nhost: a\\r\\n\\r\\n")
                        print(b"200 OK" in tls.recv(65536))
                        """
                    let old = try TLSClient(
                        to: server.address, trusting: first, script: script + "\nwait()\n" + script)
                    try isConnected.wait()
                    server.server.replaceCertificate(try second.context())
                    // Trusts the second certificate alone: the handshake would fail with the first.
                    let after = try TLSClient(to: server.address, trusting: second, script: script)
                    #expect(try after.finish() == "True\n")
                    old.goOn()
                    #expect(try old.finish() == "True\nTrue\n")
                }
            }
        }
    }

    @Test func `bytes that are no TLS end their connection alone`() async throws {
        try await withCertificate { certificate in
            try await withServer(tls: certificate.context()) { server in
                let plain = try server.connect()
                try plain.send(request())
                try plain.waitForEnd()
                let client = try TLSClient(
                    to: server.address, trusting: certificate,
                    script: """
                        tls.sendall(b"GET / HTTP/1.1\\r\\nhost: a\\r\\n\\r\\n")
                        print(b"200 OK" in tls.recv(65536))
                        """)
                #expect(try client.finish() == "True\n")
            }
        }
    }

    @Test func `a handshake that is not finished in time is closed`() async throws {
        var configuration = HTTPServerConfiguration()
        configuration.headDeadline = .milliseconds(100)
        try await withCertificate { certificate in
            try await withServer(configuration: configuration, tls: certificate.context()) { server in
                let client = try server.connect()
                try client.send([0x16, 0x03, 0x01])
                try client.waitForEnd()
            }
        }
    }

    @Test func `a key of another certificate is refused with a reason`() async throws {
        try await withCertificate { first in
            try await withCertificate { second in
                let failure = #expect(throws: TLSContext.Failure.self) {
                    try TLSContext(certificate: first.certificate, key: second.key)
                }
                #expect(failure?.description.contains(second.key) == true)
            }
        }
    }

    @Test func `a missing certificate is refused with its path`() {
        let failure = #expect(throws: TLSContext.Failure.self) {
            try TLSContext(certificate: "/nonexistent/certificate.pem", key: "/nonexistent/key.pem")
        }
        #expect(failure?.description.contains("/nonexistent/certificate.pem") == true)
    }
}

import Foundation
import Reactor
import TestSupport

/// A TLS client of another make: Python's ssl module in a process of its own.
final class TLSClient {
    private let process = Process()
    private let input = Pipe()
    private let output = Pipe()

    /// Connects, then runs `script` with `tls` (the socket), `raw` (the socket below), `receive_to_end()` and `wait()`.
    /// - Parameter arguments: Python arguments of the SSLContext setup, run with `context` in scope.
    init(to address: SocketAddress, trusting certificate: TestCertificate, setup: String = "", script: String) throws {
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", "-c", Self.prelude + setup + "\n" + Self.connect + script]
        process.environment = ProcessInfo.processInfo.environment.merging(
            ["TEST_PORT": "\(address.port)", "TEST_CERTIFICATE": certificate.certificate]) { $1 }
        process.standardInput = input
        process.standardOutput = output
        try process.run()
    }

    private static let prelude = """
        import os, socket, ssl, struct, sys
        context = ssl.create_default_context(cafile=os.environ["TEST_CERTIFICATE"])
        context.set_alpn_protocols(["http/1.1"])

        """
    private static let connect = """
        raw = socket.create_connection(("127.0.0.1", int(os.environ["TEST_PORT"])), timeout=30)
        tls = context.wrap_socket(raw, server_hostname="hub.test")
        def receive_to_end():
            received = bytearray()
            while True:
                piece = tls.recv(65536)
                if not piece:
                    return bytes(received)
                received += piece
        def wait():
            sys.stdout.flush()
            sys.stdin.readline()

        """

    /// Lets a script that called `wait()` go on.
    func goOn() {
        input.fileHandleForWriting.write(Data("\n".utf8))
    }

    /// What the script printed, after its end.
    func finish() throws -> String {
        let data = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw SocketFailure("the TLS client failed") }
        return String(decoding: data, as: UTF8.self)
    }
}

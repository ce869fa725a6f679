import Foundation
import Glibc
import TestSupport

/// Programs the TLS tests stand on, where installed.
enum TestTools {
    static let openssl = find("openssl")
    static let nginx = find("nginx")

    private static func find(_ name: String) -> String? {
        ["/usr/bin/", "/usr/sbin/", "/usr/local/bin/", "/usr/local/sbin/"].map { $0 + name }
            .first { FileManager.default.isExecutableFile(atPath: $0) }
    }
}

/// A directory with a fresh self-signed certificate for 127.0.0.1.
struct CertificateDirectory {
    let path: String
    var certificate: String { path + "/certificate.pem" }
    var key: String { path + "/key.pem" }

    init() throws {
        path = FileManager.default.temporaryDirectory.path + "/http-client-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        let process = try ChildProcess([
            TestTools.openssl ?? "", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
            "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1",
            "-keyout", key, "-out", certificate,
        ])
        process.waitForExit()
    }

    func remove() {
        try? FileManager.default.removeItem(atPath: path)
    }
}

/// `openssl s_server`: HTTP/1.0 over TLS.
struct TLSServer {
    let port: Int
    let certificate: String

    func url(host: String) -> String { "https://\(host):\(port)/" }

    static func with(_ test: (TLSServer) async throws -> Void) async throws {
        let directory = try CertificateDirectory()
        defer { directory.remove() }
        let output = Pipe()
        let process = try ChildProcess(
            [
                TestTools.openssl ?? "", "s_server", "-accept", "127.0.0.1:0", "-www", "-cert", directory.certificate,
                "-key", directory.key,
            ], output: output.fileHandleForWriting.fileDescriptor)
        defer { process.terminate() }
        // It prints "ACCEPT 127.0.0.1:port" when it listens.
        var text = ""
        while !text.contains(/ACCEPT .*:[0-9]+\n/) {
            let data = output.fileHandleForReading.availableData
            guard !data.isEmpty else { throw POSIXError(.ECONNREFUSED) }
            text += String(decoding: data, as: UTF8.self)
        }
        let port = text.firstMatch(of: /ACCEPT .*:([0-9]+)\n/).flatMap { Int($0.1) } ?? 0
        try await test(TLSServer(port: port, certificate: directory.certificate))
    }
}

/// nginx with HTTP/2 over TLS. It inherits a listening socket, so its port is free for certain.
struct NginxServer {
    static let largeBytes = 8 << 20

    let port: Int
    let certificate: String

    func url(_ path: String) -> String { "https://127.0.0.1:\(port)\(path)" }

    static func with(_ test: (NginxServer) async throws -> Void) async throws {
        let directory = try CertificateDirectory()
        defer { directory.remove() }
        let (listener, port) = try listenOnLoopback()
        defer { close(listener) }
        try configuration(directory, port).write(
            toFile: directory.path + "/nginx.conf", atomically: true, encoding: .utf8)
        try Data(count: largeBytes).write(to: URL(fileURLWithPath: directory.path + "/large"))
        // nginx takes the listening socket over from standard input.
        let process = try ChildProcess(
            [TestTools.nginx ?? "", "-p", directory.path, "-c", "nginx.conf", "-e", directory.path + "/error.log"],
            environment: ["NGINX=0;"], input: listener)
        defer { process.terminate() }
        try await test(NginxServer(port: port, certificate: directory.certificate))
    }

    private static func configuration(_ directory: CertificateDirectory, _ port: Int) -> String {
        """
        daemon off; worker_processes 1; pid \(directory.path)/pid; error_log \(directory.path)/error.log;
        events { worker_connections 256; }
        http {
            access_log off;
            client_body_temp_path \(directory.path); proxy_temp_path \(directory.path);
            fastcgi_temp_path \(directory.path); uwsgi_temp_path \(directory.path); scgi_temp_path \(directory.path);
            server {
                listen 127.0.0.1:\(port) ssl http2;
                ssl_certificate \(directory.certificate); ssl_certificate_key \(directory.key);
                location = / { return 200 ok; }
                location = /large { root \(directory.path); }
            }
        }
        """
    }
}

import Foundation
import Reactor
import TestSupport

/// A self-signed certificate, made by the openssl tool in a directory of its own.
struct TestCertificate: Sendable {
    let certificate: String
    let key: String

    /// - Parameter name: the common name, by which a client tells one certificate from another.
    init(name: String) throws {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("hub-tls-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        certificate = directory.appendingPathComponent("certificate.pem").path
        key = directory.appendingPathComponent("key.pem").path
        let tool = Process()
        tool.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        tool.arguments = [
            "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
            "-days", "2", "-subj", "/CN=\(name)", "-addext", "subjectAltName=DNS:\(name)", "-keyout", key,
            "-out", certificate,
        ]
        tool.standardError = FileHandle.nullDevice
        try tool.run()
        tool.waitUntilExit()
        guard tool.terminationStatus == 0 else { throw SocketFailure("openssl could not make a certificate") }
    }

    func remove() {
        try? FileManager.default.removeItem(
            at: URL(fileURLWithPath: certificate).deletingLastPathComponent())
    }

    func context() throws -> TLSContext {
        try TLSContext(certificate: certificate, key: key)
    }
}

/// Runs `body` with a certificate that is removed afterwards.
func withCertificate(name: String = "hub.test", _ body: (TestCertificate) async throws -> Void) async throws {
    let certificate = try TestCertificate(name: name)
    defer { certificate.remove() }
    try await body(certificate)
}

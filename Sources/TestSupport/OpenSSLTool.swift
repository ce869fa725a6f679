internal import Glibc

/// The program `openssl`: makes keys, and judges what the hub signs.
public enum OpenSSLTool {
    /// Nil where it is not installed.
    public static let path: String? = ["/usr/bin/openssl", "/usr/local/bin/openssl"].first { (path: String) in
        access(path, X_OK) == 0
    }
    public static let isHere = path != nil

    /// Made once: it takes a while.
    public static let rsaKey = Result { try newKey(["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"]) }

    /// A private key in PEM's form.
    /// - Parameter options: of `openssl genpkey`.
    public static func newKey(_ options: [String]) throws -> String {
        try withTemporaryFolder { folder in
            try run(["genpkey", "-out", "\(folder)/key.pem"] + options)
            return String(decoding: TestFile.read("\(folder)/key.pem"), as: UTF8.self)
        }
    }

    /// Whether the signature, PKCS #1 1.5 over SHA-256, is the key's.
    public static func verifies(_ signature: [UInt8], of bytes: [UInt8], key: String) throws -> Bool {
        try withTemporaryFolder { folder in
            try TestFile.write(Array(key.utf8), to: "\(folder)/key.pem")
            try TestFile.write(bytes, to: "\(folder)/bytes")
            try TestFile.write(signature, to: "\(folder)/signature")
            let code = try start([
                "dgst", "-sha256", "-prverify", "\(folder)/key.pem", "-signature", "\(folder)/signature",
                "\(folder)/bytes",
            ])
            return code == 0
        }
    }

    /// Puts `authority.pem`, and `server.pem` with `server.key`, which it has signed, into a folder.
    /// - Parameter names: whom the certificate is for, such as `DNS:localhost,IP:127.0.0.1`.
    public static func makeCertificate(names: String, in folder: String) throws {
        let newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
        try run(
            ["req", "-x509", "-subj", "/CN=authority", "-keyout", "\(folder)/authority.key"] + newKey
                + ["-out", "\(folder)/authority.pem"])
        try run(
            [
                "req", "-x509", "-subj", "/CN=server", "-addext", "subjectAltName=\(names)", "-addext",
                "basicConstraints=critical,CA:FALSE", "-CA", "\(folder)/authority.pem", "-CAkey",
                "\(folder)/authority.key",
            ] + newKey + ["-keyout", "\(folder)/server.key", "-out", "\(folder)/server.pem"])
    }

    private static func run(_ arguments: [String]) throws {
        guard try start(arguments) == 0 else { throw SocketFailure("openssl \(arguments[0]) failed") }
    }

    private static func start(_ arguments: [String]) throws -> Int32? {
        try ChildProcess([path ?? "openssl"] + arguments).waitForExit()
    }
}

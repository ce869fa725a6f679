import Testing

@testable import Service

struct SecretTests {
    private struct Holder {
        let secret = Secret("hunter2")
        let optional: Secret? = Secret("hunter2")
    }

    @Test func `no way of printing shows a secret`() {
        var dumped = ""
        dump(Holder(), to: &dumped)
        for text in ["\(Holder())", String(reflecting: Holder()), dumped, "\(Credential.available(Secret("hunter2")))"]
        {
            #expect(!text.contains("hunter2"))
            #expect(text.contains("[redacted]"))
        }
    }

    @Test(arguments: [
        ("redis://user:hunter2@host:6379/0", "redis://[redacted]@host:6379/0"),
        ("postgres://host/db?password=hunter2", "postgres://host/db"), ("sqlite:hub.db", "sqlite:hub.db"),
        ("redis://a@hunter2@host", "redis://[redacted]@host"),
    ])
    func `a connection's password is not shown`(text: String, shown: String) {
        let url = ConnectionURL(text, schemes: ["redis", "postgres", "sqlite"])
        #expect(url?.description == shown)
    }
}

import TestSupport
import Testing

@testable import Store

struct KeyFileTests {
    @Test
    func `a key is made once, for its owner only`() throws {
        try withTemporaryFolder { folder in
            let path = KeyFile.path(beside: "\(folder)/hub.db")
            let first = try KeyFile.readOrMake(path)
            let second = try KeyFile.readOrMake(path)
            #expect(first.isNew && !second.isNew)
            #expect(first.key.id == second.key.id)
            #expect(TestFile.mode(path) == 0o600)
            #expect(TestFile.names(in: folder) == ["hub.db.key"])
        }
    }

    @Test
    func `hubs that start at once get the same key`() async throws {
        try await withTemporaryFolder { folder in
            let made = try await withThrowingTaskGroup(of: (String, Bool).self) { group in
                for _ in 0..<8 {
                    group.addTask {
                        let (key, isNew) = try KeyFile.readOrMake("\(folder)/key")
                        return (key.id, isNew)
                    }
                }
                var made: [(String, Bool)] = []
                for try await one in group { made.append(one) }
                return made
            }
            #expect(Set(made.map(\.0)).count == 1)
            #expect(made.filter(\.1).count == 1)
        }
    }

    @Test(arguments: ["", "too short", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n"])
    func `a file that holds no key is refused, not replaced`(text: String) throws {
        try withTemporaryFolder { folder in
            try TestFile.write(Array(text.utf8), to: "\(folder)/key")
            let failure = #expect(throws: StoreError.self) { try KeyFile.readOrMake("\(folder)/key") }
            #expect(failure?.kind == .refused)
            #expect(TestFile.read("\(folder)/key") == Array(text.utf8))
        }
    }

    @Test
    func `keys are told apart by ids that do not hold them`() throws {
        let text = EncryptionKey.generate()
        let key = try #require(EncryptionKey(base64: text))
        #expect(EncryptionKey(base64: text)?.id == key.id)
        #expect(try KeyFile.transient().id != key.id)
        #expect(key.id.utf8.count == 16 && !text.contains(key.id))
    }

    @Test
    func `a hub's own key opens what it sealed after another was configured`() throws {
        try withTemporaryFolder { folder in
            let location = DatabaseLocation.file("\(folder)/hub.db")
            let own = try Keyring.keys(for: location, configured: nil)
            #expect(own.madeFile == "\(folder)/hub.db.key")
            #expect(try Keyring.keys(for: location, configured: nil).madeFile == nil)
            let configured = try KeyFile.transient()
            let both = try Keyring.keys(for: location, configured: configured).keys
            #expect(both.sealing.id == configured.id)
            #expect(both.key(own.keys.sealing.id) != nil)
        }
    }

    @Test
    func `hubs that share a database have to be given a key`() throws {
        let location = DatabaseLocation.postgres(url: "postgres:///hub")
        #expect(throws: StoreError.self) { try Keyring.keys(for: location, configured: nil) }
        let key = try KeyFile.transient()
        #expect(try Keyring.keys(for: location, configured: key).keys.sealing.id == key.id)
    }
}

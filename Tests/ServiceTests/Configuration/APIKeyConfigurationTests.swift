import Testing

@testable import Service

struct APIKeyConfigurationTests {
    @Test func `a key is read with what it may do`() throws {
        let text = """
            api_keys:
              - id: app
                key: ${APP_KEY}
                role: service
                team: blue
                tags: {tier: gold}
                scopes: [completions]
                allowed_models: ["gpt-*"]
              - {id: other, sha256: "\(String(repeating: "0a", count: 32))"}
            """
        let fixture = ConfigurationFixture.file(text, environment: ["APP_KEY": "hub_0123456789abcdef"])
        let keys = try fixture.load().configuration.authentication.apiKeys
        #expect(keys.map(\.id) == ["app", "other"])
        #expect(keys.first?.key?.reveal() == "hub_0123456789abcdef")
        #expect(keys.map(\.role) == [.service, .developer])
        #expect(keys.first?.tags == ["tier": "gold"])
        #expect(keys.first?.allowedModels == ["gpt-*"])
    }

    @Test(arguments: [
        ("{id: a}", #"needs either "key" or "sha256""#),
        ("{key: abc}", #"the key "id" is missing"#),
        ("{id: a, sha256: abc}", "must be 64 hexadecimal digits in lower case"),
        ("{id: a, key: abc, role: root}", "must be one of admin, operator, service, developer, viewer"),
        ("{id: a b, key: abc}", "must be 1..128 letters, digits or ._:-"),
        ("{id: a, key: 'ref:env:NONE'}", "has no value: NONE is not set"),
    ])
    func `a wrong key is refused`(text: String, message: String) throws {
        let mistakes = try ConfigurationFixture.file("api_keys: [\(text)]").mistakes()
        #expect(mistakes.count == 1)
        #expect(mistakes.first?.contains(message) == true, "\(mistakes)")
    }

    @Test func `no key has the admin key's id beside it`() throws {
        let keys = "api_keys: [{id: admin, key: hub_0123456789abcdef}]\n"
        #expect(try ConfigurationFixture.file(keys).load().configuration.authentication.apiKeys.count == 1)
        let both = ConfigurationFixture.file(keys + "hub_admin_key: a-key-of-sixteen-characters\n")
        #expect(try both.mistakes().map { $0.contains("is the id of hub_admin_key") } == [true])
    }

    @Test func `a short admin key is a warning`() throws {
        let loaded = try ConfigurationFixture(environment: ["HUB_ADMIN_KEY": "short"]).load()
        #expect(loaded.warnings.map(\.message) == ["is shorter than 16 characters"])
    }
}

import Testing

@testable import Service

struct ListeningRuleTests {
    @Test(arguments: [
        ["HOST": "127.0.0.1", "AUTH_ENABLED": "false"],
        ["HOST": "127.1.2.3", "AUTH_ENABLED": "false"],
        ["HOST": "localhost"],
        ["HOST": "::1", "AUTH_ENABLED": "false"],
        ["HOST": "0.0.0.0", "HUB_ADMIN_KEY": "hub_0123456789abcdef"],
        ["HOST": "0.0.0.0", "HUB_INSECURE": "true", "AUTH_ENABLED": "false"],
        ["HOST": "::", "HUB_INSECURE": "1"],
    ])
    func `this address is listened on`(environment: [String: String]) throws {
        #expect(try ConfigurationFixture(environment: environment).mistakes() == [])
    }

    @Test(arguments: [
        "0.0.0.0", "::", "192.168.1.5", "hub.example.com", "127.0.0.1.example.com", "127.1", "::ffff:0.0.0.0",
    ])
    func `an address that others reach needs a key`(host: String) throws {
        let mistakes = try ConfigurationFixture(environment: ["HOST": host]).mistakes()
        #expect(
            mistakes == [
                "environment variable HOST: host: \"\(host)\" can be reached by others and no caller has a key; "
                    + "set HUB_ADMIN_KEY or api_keys, listen on 127.0.0.1, or allow it with HUB_INSECURE=true"
            ])
    }

    @Test func `a key does not help while authentication is off`() throws {
        let fixture = ConfigurationFixture.file(
            "host: 0.0.0.0\nauth_enabled: false\nhub_admin_key: hub_0123456789abcdef\n")
        #expect(
            try fixture.mistakes() == [
                "hub.yaml:1:7: host: \"0.0.0.0\" can be reached by others while auth_enabled is false; enable it, "
                    + "listen on 127.0.0.1, or allow it with HUB_INSECURE=true"
            ])
    }

    @Test func `the rule is silent while a key it needs is broken`() throws {
        let fixture = ConfigurationFixture.file("host: 0.0.0.0\napi_keys: [{id: a}]\n")
        #expect(try fixture.mistakes() == [#"hub.yaml:2:12: api_keys[0]: needs either "key" or "sha256""#])
    }
}

import Testing

@testable import Service

struct APIKeyTextTests {
    @Test func `a key is 32 bytes in base 62, padded to 43 digits`() {
        #expect(APIKeyText.text(Array(repeating: 0, count: 32)) == "hub_" + String(repeating: "0", count: 43))
        #expect(APIKeyText.text(Array(repeating: 0, count: 31) + [61]).hasSuffix("0z"))
        #expect(APIKeyText.text(Array(repeating: 0, count: 30) + [0x0F, 0x04]).hasSuffix("0100"))
        // 2^256 - 1.
        #expect(APIKeyText.text(Array(repeating: 255, count: 32)).utf8.count == 47)
        #expect(!APIKeyText.text(Array(repeating: 255, count: 32)).hasPrefix("hub_0"))
    }

    @Test func `no two keys are the same`() {
        #expect(APIKeyText.make() != APIKeyText.make())
    }

    @Test(arguments: [
        ("", true), ("auth_enabled: false", false), ("hub_admin_key: hub_0123456789abcdef", false),
    ])
    func `a first key is made where one is asked for and none is known`(file: String, isMade: Bool) throws {
        let configuration = try ConfigurationFixture.file(file).load().configuration
        #expect((APIKeyText.firstKey(configuration.authentication) != nil) == isMade)
    }
}

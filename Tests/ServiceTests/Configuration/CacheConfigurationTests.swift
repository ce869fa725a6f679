import HubCore
import Testing

@testable import Service

struct CacheConfigurationTests {
    private static func options(_ text: String) throws -> CacheOptions {
        HubOptions(try ConfigurationFixture.file(text).load()).cache
    }

    @Test func `answers are kept for 300 s, behind memory for an hour, and embeddings there for a day`() throws {
        let options = try Self.options("")
        #expect(options.isEnabled)
        #expect(options.lifetime == .seconds(300))
        #expect(options.sharedLifetime == .seconds(3600))
        #expect(options.embeddingLifetime == .seconds(86_400))
        #expect(options.maximumTemperature == nil)
        #expect(!options.isGlobal)
        #expect(options.rules.isEmpty)
    }

    @Test func `what is kept, for how long and for whom is read`() throws {
        let options = try Self.options(
            """
            cache_enabled: false
            cache_ttl: 7
            cache_l2_ttl: 8
            cache_max_temperature: 0.5
            cache_scope: global
            """)
        var expected = CacheOptions()
        expected.isEnabled = false
        expected.lifetime = .seconds(7)
        expected.sharedLifetime = .seconds(8)
        expected.maximumTemperature = 0.5
        expected.isGlobal = true
        #expect(options == expected)
    }

    @Test func `rules are read in their order`() throws {
        let options = try Self.options(
            """
            cache_rules:
              - {pattern: "gpt-*", enabled: false}
              - {pattern: acme/m, ttl: 60, max_temperature: 0.2}
            """)
        #expect(
            options.rules == [
                CacheOptions.Rule(pattern: "gpt-*", isEnabled: false),
                CacheOptions.Rule(pattern: "acme/m", lifetime: .seconds(60), maximumTemperature: 0.2),
            ])
    }

    @Test(arguments: [
        ("cache_rules: [{ttl: 5}]", #"the key "pattern" is missing"#),
        ("cache_scope: everybody", "must be one of tenant, global"),
        ("cache_rules: [{pattern: a, ttl: 0}]", "must be an integer of seconds 1..31536000"),
        ("cache_rules: [{pattern: a, max_temperature: 3}]", "must be a number 0..2"),
    ])
    func `what cannot be meant is refused`(_ text: String, _ message: String) throws {
        let mistakes = try ConfigurationFixture.file(text).mistakes()
        #expect(mistakes.count == 1)
        #expect(mistakes.first?.contains(message) == true, "\(mistakes)")
    }
}

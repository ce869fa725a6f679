import Dialects
import Testing

@testable import HubCore

/// What of a call may be kept, and for how long.
struct CachePolicyTests {
    private static func permission(
        _ options: CacheOptions, body: String = #"{"model":"asked","messages":[{"role":"user","content":"hi"}]}"#,
        form: CallInput.Form = .openAI
    ) throws -> CachePolicy.Permission? {
        let request = try CallInput.bytes(Array(body.utf8), form: form).parse()
        return CachePolicy(options: options).permission(
            request, model: "planned", provider: "acme", CacheDirectives())
    }

    private static func options(_ rules: CacheOptions.Rule..., change: (inout CacheOptions) -> Void = { _ in })
        -> CacheOptions
    {
        var options = CacheOptions()
        options.isEnabled = true
        options.rules = rules
        change(&options)
        return options
    }

    @Test(arguments: [
        ("asked", true), ("ask*", true), ("planned", true), ("acme/planned", true), ("acme/*", true),
        ("acme/asked", false),
        ("acme", false), ("other", false), ("*", true),
    ])
    func `a rule is found by the model asked for, the planned one, and its provider's`(
        _ pattern: String, _ isFound: Bool
    ) throws {
        let permission = try Self.permission(Self.options(.init(pattern: pattern, isEnabled: false)))
        #expect((permission == nil) == isFound)
    }

    @Test func `the first rule that fits decides`() throws {
        let lifetimes = [7, 9].map { CacheOptions.Rule(pattern: "asked", lifetime: .seconds($0)) }
        let rules = [CacheOptions.Rule(pattern: "other", lifetime: .seconds(5))] + lifetimes
        let permission = try Self.permission(Self.options { $0.rules = rules })
        #expect(permission?.lifetime == .seconds(7))
        #expect(permission?.sharedLifetime == .seconds(7))
    }

    /// Of all calls, of the rule, of the request; whether it is kept.
    @Test(
        arguments: [
            (nil, nil, nil, true), (0.5, nil, 0.5, true), (0.5, nil, 0.6, false), (0.5, nil, nil, false),
            (1, nil, nil, true),
            (0.5, 1, 0.9, true), (0.5, 1, nil, true), (0.9, 0.2, 0.3, false), (nil, 0.2, 0.3, false),
            (nil, 0.2, 0.2, true),
        ] as [(Double?, Double?, Double?, Bool)])
    func `a rule's temperature stands in for that of all`(
        _ all: Double?, _ rule: Double?, _ asked: Double?, _ isKept: Bool
    ) throws {
        let member = asked.map { #","temperature":\#($0)"# } ?? ""
        let body = #"{"model":"asked","messages":[{"role":"user","content":"hi"}]\#(member)}"#
        let options = Self.options(.init(pattern: "asked", maximumTemperature: rule)) { $0.maximumTemperature = all }
        #expect((try Self.permission(options, body: body) != nil) == isKept)
    }

    @Test func `embeddings are kept behind memory for a day, and have no temperature`() throws {
        let body = #"{"model":"asked","input":"hi"}"#
        let options = Self.options {
            $0.maximumTemperature = 0
            $0.sharedLifetime = .seconds(10)
        }
        let permission = try #require(try Self.permission(options, body: body, form: .embeddings))
        #expect(permission.lifetime == .seconds(300))
        #expect(permission.sharedLifetime == .seconds(86_400))
        let ruled = Self.options(.init(pattern: "asked", lifetime: .seconds(5)))
        #expect(try Self.permission(ruled, body: body, form: .embeddings)?.sharedLifetime == .seconds(5))
    }
}

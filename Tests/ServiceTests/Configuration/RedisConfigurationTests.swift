import Testing

@testable import Redis
@testable import Service

struct RedisConfigurationTests {
    @Test(arguments: [
        ("redis://host:0", "has a port that is not 1 to 65535"),
        ("redis://:hunter2%zz@host", "has a password with a bad escape"),
        ("redis://host/first", "has a path that is not the number of a database"),
        ("redis://host?password=hunter2", "must have no query and no fragment"),
        ("redis:host", "must begin with redis:// or rediss://"),
    ])
    func `a URL that leads nowhere is told of without its password`(url: String, mistake: String) throws {
        let mistakes = try ConfigurationFixture(environment: ["REDIS_URL": url]).mistakes()
        #expect(mistakes == ["environment variable REDIS_URL: redis_url: \(mistake)"])
    }

    @Test func `an authority needs something to vouch for`() throws {
        let fixture = ConfigurationFixture.file("redis_url: redis://host\nredis_ca: /ca.pem\n")
        #expect(try fixture.mistakes() == ["hub.yaml:2:11: redis_ca: needs a redis_url that begins with rediss://"])
    }

    @Test(arguments: [
        ("redis://host", nil, nil, nil), ("redis://:a@host", nil, nil, "a"), ("redis://:a@host", "b", nil, "b"),
        ("redis://user@host", "b", "user", "b"), ("redis://user@host", nil, "user", ""),
        ("redis://host", "b", nil, "b"),
    ])
    func `the password beside the URL comes before the one in it`(
        url: String, variable: String?, user: String?, password: String?
    ) throws {
        var environment = ["REDIS_URL": url]
        environment["REDIS_PASSWORD"] = variable
        let storage = try ConfigurationFixture(environment: environment).load().configuration.storage
        let options = try #require(try RedisOptions(storage))
        #expect(options.credentials?.user == user)
        #expect(options.credentials?.password == password)
        #expect(options.operationTimeout == .milliseconds(100))
        #expect(options.connectTimeout == .seconds(1))
    }

    @Test(arguments: [
        ("redis", "redis needs redis_url beside it"), ("postgres", "postgres keeps no counters in this version yet"),
    ])
    func `counters need a store that is there`(store: String, mistake: String) throws {
        let mistakes = try ConfigurationFixture(environment: ["COUNTER_STORE": store]).mistakes()
        #expect(mistakes == ["environment variable COUNTER_STORE: counter_store: \(mistake)"])
        let environment = ["COUNTER_STORE": "redis", "REDIS_URL": "redis://host"]
        #expect(try ConfigurationFixture(environment: environment).mistakes().isEmpty)
    }
}

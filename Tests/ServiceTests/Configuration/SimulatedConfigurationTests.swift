import Providers
import Testing

@testable import Service

struct SimulatedConfigurationTests {
    private static func options(_ settings: String) throws -> SimulatedOptions {
        let text = "providers: [{provider_id: simulated, config: {\(settings)}}]"
        let loaded = try ConfigurationFixture.file(text).load()
        let entry = try #require(loaded.providers.first { $0.id == "simulated" })
        return SimulatedOptions(entry.connection.simulated)
    }

    @Test(arguments: SimulatedOptions.Fault.allCases)
    func `every fault can be configured`(fault: SimulatedOptions.Fault) throws {
        #expect(try Self.options("fault: \(fault.rawValue)").fault == fault)
        #expect(try Self.options("faults: [\(fault.rawValue)], fault_rate: 1").faults == [fault])
    }

    @Test func `another fault is refused with those there are`() throws {
        let text = "providers: [{provider_id: simulated, config: {fault: fire}}]"
        let mistakes = try ConfigurationFixture.file(text).mistakes()
        #expect(mistakes.count == 1)
        #expect(mistakes.first?.contains("providers[0].config.fault") == true)
        #expect(mistakes.first?.contains("missing_end") == true)
    }
}

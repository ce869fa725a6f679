import Testing

/// The fault catalogue, over sockets: what clients see, and how often providers are called.
struct FaultCatalogueTests {
    @Test(arguments: FaultCatalogue.cases + FaultCatalogue.rescues + FaultCatalogue.pings, [false, true])
    func `clients get what the catalogue says`(fault: FaultCase, isStream: Bool) async throws {
        #expect(try await FaultCatalogue.problems(of: fault, isStream: isStream) == [])
    }

    @Test(arguments: FaultCatalogue.sequences)
    func `so do clients of several requests`(fault: FaultSequence) async throws {
        #expect(try await fault.problems() == [])
    }
}

import Testing

struct PairMatrixTests {
    @Test func `every client gets from every provider what it asked for`() async throws {
        let results = try await PairMatrix.results()
        #expect(results.count == PairClient.all.count * PairProvider.all.count * 17)
        for result in results {
            for problem in result.problems {
                let form = result.isStream ? "streamed" : "whole"
                Issue.record(
                    "\(result.client) from \(result.provider), \(result.pairCase.rawValue), \(form): \(problem)")
            }
        }
    }
}

import Testing
import Wire

@testable import Redis

@Suite struct ReconnectDelayTests {
    @Test func `delays double up to two seconds, each between half and the whole`() {
        var random = RandomSource(seed: 1)
        var delay = ReconnectDelay()
        for whole: Int64 in [50, 100, 200, 400, 800, 1600, 2000, 2000] {
            let next = delay.afterFailure(&random)
            #expect(.milliseconds(whole / 2) <= next && next <= .milliseconds(whole))
        }
        delay.reset()
        #expect(delay.afterFailure(&random) <= .milliseconds(50))
    }

    @Test func `two clients do not wait equally long`() {
        var (one, other) = (RandomSource(seed: 1), RandomSource(seed: 2))
        var (first, second) = (ReconnectDelay(), ReconnectDelay())
        #expect(first.afterFailure(&one) != second.afterFailure(&other))
    }
}

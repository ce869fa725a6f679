import Dialects
import HubCore
import TestSupport
import Testing

struct RateCardTests {
    @Test(
        arguments: [
            (200_000, 0, 200_000_000), (200_001, 0, 400_002_000), (100_000, 100_000, 110_000_000),
            (100_000, 100_001, 220_000_200),
        ])
    func `a tier holds for the whole of a prompt above its size, cached parts included`(
        input: Int, cacheRead: Int, nanoDollars: Int
    ) {
        let base = Self.rates {
            $0.input = 1_000_000; $0.cacheRead = 100_000; $0.output = 0
        }
        let large = Self.rates {
            $0.input = 2_000_000; $0.cacheRead = 200_000; $0.output = 0
        }
        let card = RateCard(rates: base, tiers: [.init(aboveInputTokens: 200_000, rates: large)])
        #expect(card.cost(of: TokenUsage(input: input, cacheRead: cacheRead)) == nanoDollars)
    }

    @Test func `each class that is counted apart is paid at its own rate`() {
        let card = RateCard(
            rates: Self.rates {
                $0.input = 1000; $0.cacheRead = 2000; $0.cacheWrite = 3000; $0.cacheWriteHour = 4000; $0.output = 5000
                $0.reasoning = 6000; $0.audioInput = 7000; $0.audioOutput = 8000
            })
        var usage = TokenUsage(input: 1, cacheRead: 10, cacheWrite: 100, output: 10_000, reasoning: 100_000)
        usage.cacheWriteHour = 1000
        usage.audioInput = 1_000_000
        usage.audioOutput = 10_000_000
        #expect(card.cost(of: usage) == 87_654_321)
    }

    @Test(arguments: [\TokenUsage.cacheRead, \.cacheWrite, \.cacheWriteHour, \.audioInput, \.audioOutput])
    func `a class that was used and has no price makes the cost unknown`(
        used: any WritableKeyPath<TokenUsage, Int> & Sendable
    ) {
        let card = RateCard(
            rates: Self.rates {
                $0.input = 1; $0.output = 1
            })
        var usage = TokenUsage(input: 5, output: 5)
        #expect(card.cost(of: usage) != nil)
        usage[keyPath: used] = 1
        #expect(card.cost(of: usage) == nil)
    }

    @Test func `a million random usages cost what exact arithmetic says`() {
        var random = SeededRandom(seed: 20_261_120)
        for _ in 0..<1_000_000 {
            let (usage, card) = (Self.usage(&random), Self.card(&random))
            let cost = card.cost(of: usage)
            let exact = Self.exactCost(of: usage, card)
            guard cost == exact else {
                Issue.record(
                    "\(cost.map(String.init) ?? "nil") for \(exact.map(String.init) ?? "nil"): \(usage) \(card)")
                return
            }
        }
    }

    // MARK: The slow and exact way

    private static let classes: [(any KeyPath<TokenUsage, Int> & Sendable, any KeyPath<TokenRates, Int?> & Sendable)] =
        [
            (\.input, \.input), (\.cacheRead, \.cacheRead), (\.cacheWrite, \.cacheWrite),
            (\.cacheWriteHour, \.cacheWriteHour), (\.output, \.output), (\.reasoning, \.reasoning),
            (\.audioInput, \.audioInput), (\.audioOutput, \.audioOutput),
        ]

    /// Half to even by the remainder of twice the sum, in 128 bits.
    private static func exactCost(of usage: TokenUsage, _ card: RateCard) -> Int? {
        let prompt = usage.input + usage.cacheRead + usage.cacheWrite + usage.cacheWriteHour + usage.audioInput
        var rates = card.rates
        for tier in card.tiers where prompt > tier.aboveInputTokens { rates = tier.rates }
        rates.reasoning = rates.reasoning ?? rates.output
        var pico: Int128 = 0
        for (tokens, rate) in classes where usage[keyPath: tokens] > 0 {
            guard let rate = rates[keyPath: rate] else { return nil }
            pico += Int128(usage[keyPath: tokens]) * Int128(rate)
        }
        guard pico <= Int128(Int.max) else { return nil }
        let below = pico / 1000
        let twice = (pico - below * 1000) * 2
        return Int(twice > 1000 || (twice == 1000 && !below.isMultiple(of: 2)) ? below + 1 : below)
    }

    private static func usage(_ random: inout SeededRandom) -> TokenUsage {
        // Mostly real sizes, some absurd ones.
        let bits: [UInt64] = [0, 0, 4, 10, 17, 21, 40]
        func count() -> Int {
            let width = bits[Int(random.next() % UInt64(bits.count))]
            return width == 0 ? 0 : Int(random.next() % (1 << width))
        }
        var usage = TokenUsage(
            input: count(), cacheRead: count(), cacheWrite: count(), output: count(), reasoning: count())
        usage.cacheWriteHour = count()
        usage.audioInput = count()
        usage.audioOutput = count()
        return usage
    }

    private static func card(_ random: inout SeededRandom) -> RateCard {
        func rates() -> TokenRates {
            Self.rates { rates in
                for (_, field) in TokenRates.classes where random.next() % 16 > 0 {
                    rates[keyPath: field] = Int(random.next() % [10, 1000, 100_000_000][Int(random.next() % 3)])
                }
            }
        }
        let tiers = random.next() % 2 == 0 ? [] : [RateCard.Tier(aboveInputTokens: 200_000, rates: rates())]
        return RateCard(rates: rates(), tiers: tiers)
    }

    private static func rates(_ fill: (inout TokenRates) -> Void) -> TokenRates {
        var rates = TokenRates()
        fill(&rates)
        return rates
    }
}

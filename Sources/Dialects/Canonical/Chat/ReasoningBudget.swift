/// Between dialects that ask for an effort and those that give a number of tokens.
public enum ReasoningBudget {
    /// The least that any provider takes.
    public static let minimum = 1024

    /// What an effort is worth in tokens; 0 for none.
    public static func tokens(for effort: ReasoningRequest.Effort) -> Int {
        switch effort {
        case .none: 0
        case .minimal: 1024
        case .low: 2048
        case .medium: 8192
        case .high: 16_384
        case .xhigh: 24_576
        case .max: 32_768
        }
    }

    /// The effort that is worth about so many tokens.
    public static func effort(for tokens: Int) -> ReasoningRequest.Effort {
        switch tokens {
        case ...0: .none
        case ...1024: .minimal
        case ...4096: .low
        case ...12_288: .medium
        case ...20_480: .high
        case ...28_672: .xhigh
        default: .max
        }
    }
}

/// How long until a limit is whole again, as OpenAI writes it: `850ms`, `1s`, `6m0s`, `1h0m30s`.
enum LimitReset {
    static func text(milliseconds: Int) -> String {
        guard milliseconds >= 1000 else { return "\(max(0, milliseconds))ms" }
        let seconds = (milliseconds + 999) / 1000
        let (hours, minutes) = (seconds / 3600, seconds / 60 % 60)
        if hours > 0 { return "\(hours)h\(minutes)m\(seconds % 60)s" }
        return minutes > 0 ? "\(minutes)m\(seconds % 60)s" : "\(seconds)s"
    }
}

internal import HubCore

extension HubConfiguration {
    static let batchSettings: [Setting<HubConfiguration>] = [
        .value(
            "batch_concurrency", \.batches.concurrency, .integer(1...1000),
            "Requests of batches that one hub makes at the same time, of all batches together."
        ).fixedAtStart,
        .optional(
            "batch_window", \.batches.window, .batchWindow,
            "The hours, in UTC, in which the hub makes requests of batches, such as `22:00-06:00`; default: any. A provider's "
                + "own batches are begun at any time."
        ).fixedAtStart,
        .value(
            "batch_hand_over_seconds", \.batches.handOverSeconds, .integer(2...7200, unit: "seconds"),
            "After which a batch that may have been handed over to a provider, but is not in its lists, is handed over again. The "
                + "sending itself may take half of it."
        ).fixedAtStart,
        .value(
            "files_max_bytes", \.batches.maximumFileBytes, .integer(1 << 20...1 << 50, unit: "bytes"),
            "Files of one tenant (project, else team, user, key) and results of its batches, together; what would be more is refused."
        ).fixedAtStart,
        .value(
            "files_max_count", \.batches.maximumFiles, .integer(1...1_000_000), "Files of one tenant."
        ).fixedAtStart,
    ]
}

extension ValueType where Value == BatchWindow {
    static var batchWindow: ValueType {
        scalar(
            "two times of the day such as 22:00-06:00", kinds: [.string], parse: { BatchWindow($0) }, show: { $0.text })
    }
}

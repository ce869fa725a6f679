extension HubConfiguration {
    static let outlierSettings: [Setting<HubConfiguration>] = [
        .value(
            "outlier_enabled", \.outliers.isEnabled, .boolean,
            "Compares targets that serve the same requests: those that are far slower than the others, or cut far more of "
                + "their streams, go last for a while."
        ).fixedAtStart,
        .value(
            "outlier_interval_ms", \.outliers.interval, .milliseconds(100...86_400_000),
            "Between two looks at a target."
        ).fixedAtStart,
        .value(
            "outlier_strikes", \.outliers.strikes, .integer(1...1000), "Looks in a row at which it must be far worse."
        ).fixedAtStart,
        .value(
            "outlier_min_requests", \.outliers.minimumCalls, .integer(1...1_000_000),
            "Calls of the last minutes, the older the less counting, without which nothing is said of a target."
        ).fixedAtStart,
        .value(
            "outlier_latency_factor", \.outliers.latencyFactor, .number(1.1...1000),
            "How many times as long as the others' its median time must be: to the first token of streams, to the end of "
                + "whole answers. And 250 ms longer."
        ).fixedAtStart,
        .value(
            "outlier_cut_share", \.outliers.cutShare, .number(0.01...1),
            "The share of its streams that must be cut; and as many times the others' share."
        ).fixedAtStart,
        .value(
            "outlier_ejection_ms", \.outliers.baseTime, .milliseconds(1...86_400_000),
            "The first rest; each that follows soon is longer by as much."
        ).fixedAtStart,
        .value("outlier_max_ejection_ms", \.outliers.maximumTime, .milliseconds(1...86_400_000), "The longest.")
            .fixedAtStart,
        .value(
            "outlier_max_ejected", \.outliers.maximumShare, .number(0...1),
            "The share of a group's targets that may rest at the same time; one always may, and one always stays."
        ).fixedAtStart,
    ]
}

internal import HubCore

/// Batches and the files of their requests and answers.
struct BatchConfiguration: ConfigurationGroup {
    /// Requests of batches at the same time, of this process.
    var concurrency = 4
    /// Nil: at any time.
    var window: BatchWindow?
    /// After which the hand-over of a batch to a provider that shows none was none.
    var handOverSeconds = BatchHandOver.longest
    /// Of one tenant's files, together.
    var maximumFileBytes = 1 << 30
    /// Of one tenant.
    var maximumFiles = 1000
}

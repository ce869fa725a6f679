internal import Dialects
internal import Synchronization

/// The targets of a route as they were last found. They change with the model that is asked for and the registry only.
final class RouteMemory: Sendable {
    /// An object: taking it is one reference.
    final class Entry: Sendable {
        let mark: RegistryMark
        let model: String
        let options: [RouteChoice.Option]
        /// Why the first target that cannot be taken cannot.
        let problem: HubError?

        init(_ mark: RegistryMark, _ model: String, _ options: [RouteChoice.Option], _ problem: HubError?) {
            self.mark = mark
            self.model = model
            self.options = options
            self.problem = problem
        }
    }

    private let last = Mutex<Entry?>(nil)

    /// Nil if they have to be found again. Whoever comes while another does so does not wait.
    func entry(_ model: String, _ registry: ProviderRegistry) -> Entry? {
        guard let entry = last.withLockIfAvailable({ $0 }) ?? nil, entry.mark === registry.mark, entry.model == model
        else { return nil }
        return entry
    }

    func keep(_ entry: Entry) {
        last.withLockIfAvailable { $0 = entry }
    }
}

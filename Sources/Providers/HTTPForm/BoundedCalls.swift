internal import Dialects

/// Calls that are made a few at a time.
enum BoundedCalls {
    /// The results in the order of the inputs. The first failure ends the others, and says what those used that had finished.
    /// - Parameter usage: of one result.
    static func map<Input: Sendable, Output: Sendable>(
        _ inputs: [Input], atOnce limit: Int, usage: (Output) -> TokenUsage?,
        _ work: @escaping @Sendable (Input) async throws(HubError) -> Output
    ) async throws(HubError) -> [Output] {
        let results = await withTaskGroup(
            of: (Int, Result<Output, HubError>).self, returning: Result<[Output], HubError>.self
        ) { group in
            var outputs = [Output?](repeating: nil, count: inputs.count)
            var next = 0
            var failure: HubError?
            var isUnsent = true
            func startNext() {
                guard next < inputs.count, failure == nil else { return }
                let position = next
                next += 1
                group.addTask {
                    do throws(HubError) {
                        return (position, .success(try await work(inputs[position])))
                    } catch {
                        return (position, .failure(error))
                    }
                }
            }
            for _ in 0..<limit { startNext() }
            for await (position, result) in group {
                switch result {
                case .success(let output): outputs[position] = output
                case .failure(let error):
                    if failure == nil { failure = error }
                    isUnsent = isUnsent && error.isUnsent
                    group.cancelAll()
                }
                startNext()
            }
            let finished = outputs.compactMap { $0 }
            guard var failure else { return .success(finished) }
            failure.isUnsent = isUnsent && finished.isEmpty
            let usages = finished.compactMap(usage)
            if !usages.isEmpty { failure.spent = usages.reduce(TokenUsage(), +) }
            return .failure(failure)
        }
        return try results.get()
    }
}

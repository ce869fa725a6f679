internal import Dialects
internal import HubCore

/// Requests that a provider answers in a batch of its own.
extension BatchLineCall {
    enum Preparation: Sendable {
        /// The body of the provider's request.
        case body([UInt8])
        case failed(BatchResult)
        /// The request does not go there, or not so.
        case elsewhere
    }

    /// What the provider is to be asked.
    func prepare(for provider: String) async -> Preparation {
        let context = context()
        do throws(HubError) {
            guard let made = try await service.hub.batchCall(try input(context), context),
                made.provider.providerID == provider,
                let body = try made.provider.batchBody(made.call, for: batch.endpoint)
            else { return .elsewhere }
            return .body(body)
        } catch {
            return .failed(result(error, context))
        }
    }

    /// The result of an answer of status 2xx: as the client would have got it, and counted at the rates of batches.
    func received(_ body: [UInt8], from provider: String) async -> BatchResult {
        let context = context()
        var call: BatchCall?
        do throws(HubError) {
            call = try await service.hub.batchCall(try input(context), context)
        } catch {
            call = nil
        }
        // Another configuration, or a key that is gone: what was answered and paid for is the caller's all the same.
        guard let call, call.provider.providerID == provider else { return result(body, context) }
        let response: CompletionResponse
        do throws(HubError) {
            response = try call.provider.batchAnswer(body, to: call.call)
        } catch {
            return settled(call, error, context)
        }
        let row = service.hub.settle(call, .success(response), context)
        var result: BatchResult
        do throws(HubError) {
            result = self.result(try await render([response], context), context)
        } catch {
            result = self.result(error, context)
        }
        result.ledgerRow = row
        return result
    }

    /// The result of any other answer; nil for one that asks for another try.
    func refused(_ failure: HubError, by provider: String) async -> BatchResult? {
        guard LinePace.after(failure, failures: 1, chance: 0) == .answer else { return nil }
        let context = context()
        do throws(HubError) {
            if let call = try await service.hub.batchCall(try input(context), context),
                call.provider.providerID == provider
            {
                return settled(call, failure, context)
            }
        } catch {}
        return result(failure, context)
    }

    private func settled(_ call: BatchCall, _ failure: HubError, _ context: RequestContext) -> BatchResult {
        var result = result(failure, context)
        result.ledgerRow = service.hub.settle(call, .failure(failure), context)
        return result
    }
}

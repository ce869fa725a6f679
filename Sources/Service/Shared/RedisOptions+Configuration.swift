internal import Reactor
internal import Redis

extension RedisOptions {
    /// Nil where no Redis is configured.
    init?(_ storage: StorageConfiguration) throws(HubService.StartFailure) {
        guard let text = storage.redisURL?.text else { return nil }
        let url: RedisURL
        do throws(RedisURLError) {
            url = try RedisURL(text)
        } catch {
            throw HubService.StartFailure(description: "redis_url \(error.description)")
        }
        self.init(address: url.address)
        database = url.database
        operationTimeout = storage.redisTimeout
        breaker.slowReply = storage.redisSlowReply
        connectTimeout = storage.redisConnectTimeout
        let password = storage.redisPassword?.reveal() ?? url.password
        if password != nil || url.user != nil {
            // Of a user that has no password Redis takes any.
            credentials = RedisCredentials(user: url.user, password: password ?? "")
        }
        guard url.isEncrypted else { return }
        do throws(TLSContext.Failure) {
            tls = try TLSClientContext(authorities: storage.redisAuthorities)
        } catch {
            throw HubService.StartFailure(description: "redis_ca: \(error.description)")
        }
    }
}

extension Logger {
    func log(_ event: RedisEvent) {
        switch event {
        case .available(let address, let failures):
            log(.info, "redis.available", ("server", "\(address)"), ("failures", "\(failures)"))
        case .unavailable(let address, let reason):
            log(.warn, "redis.unavailable", ("server", "\(address)"), ("reason", reason))
        case .failing(let address, let failures, let reason):
            log(
                .warn, "redis.failing", ("server", "\(address)"), ("failures", "\(failures)"), ("reason", reason))
        }
    }
}

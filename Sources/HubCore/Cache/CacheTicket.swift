/// What the cache has to do with a call. An object: it lives through the suspensions of the call.
final class CacheTicket: Sendable {
    let key: CacheKey
    let permission: CachePolicy.Permission
    /// Empty where tenants share.
    let tenant: String
    /// Where the call was to go when its key was made.
    let plan: RoutePlan

    init(key: CacheKey, permission: CachePolicy.Permission, tenant: String, plan: RoutePlan) {
        self.key = key
        self.permission = permission
        self.tenant = tenant
        self.plan = plan
    }
}

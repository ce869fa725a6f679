extension RequestContext {
    /// Who shares kept answers: the credential's project, else team, user or key; contract 13.8. Where a header says more of the
    /// caller than the credential does, those that it says it of: `key:app/user:ann`. Behind the credential and never in its
    /// place: a header can tell callers of one key apart, and give nobody what is another key's.
    var cacheTenant: String {
        let own = principal.tenant
        guard let named = namedTenant else { return own }
        return own.isEmpty ? named : "\(own)/\(named)"
    }

    private var namedTenant: String? {
        if principal.project != nil { return nil }
        if let project = directives.project { return "project:\(project)" }
        if principal.team != nil { return nil }
        if let team = directives.team { return "team:\(team)" }
        if principal.user != nil { return nil }
        return directives.user.map { "user:\($0)" }
    }
}

public import HTTPServer
public import HubCore

/// A call that others have joined goes on when its own client leaves.
extension RequestContext: ClientWatcher {}

internal import Providers

/// Where Bedrock's credentials come from.
extension HubConfiguration {
    /// Fills in the region and the first that is there of: the entry's key pair or API key, the variables', the named file's,
    /// the container's. An entry that has none of these asks the machine; `bedrock` without an entry does not, as nobody
    /// may have meant it to call.
    func resolveAWS(
        _ connection: inout ProviderConnection, _ entry: ProviderConfiguration,
        _ sources: [String: ConfigurationOrigin], isImplied: Bool
    ) {
        let origin = entry.id == "bedrock" ? sources["aws_region"] : nil
        connection.region = chosen(connection.region, vendors.awsRegion, origin)
        if let id = connection.accessKeyID {
            // What the entry itself says of how it calls is stronger than what is lying about.
            connection.apiKey = entry.connection.apiKey
            guard case .available(let secret) = connection.secretAccessKey else { return }
            let token = connection.sessionToken?.secret?.reveal()
            if connection.sessionToken != nil, token == nil { return }
            connection.awsCredentials = .keys(id: id, secret: secret.reveal(), sessionToken: token)
            return
        }
        guard connection.apiKey == nil else { return }
        connection.awsCredentials = machineCredentials(isImplied: isImplied)
    }

    private func machineCredentials(isImplied: Bool) -> AWSCredentialSource? {
        if let id = vendors.awsAccessKeyID, let secret = vendors.awsSecretAccessKey {
            return .keys(id: id, secret: secret.reveal(), sessionToken: vendors.awsSessionToken?.reveal())
        }
        if let file = vendors.awsCredentialsFile?.secret,
            let credentials = AWSProfileFile.credentials(in: file.reveal(), profile: vendors.awsProfile)
        {
            return .fixed(credentials)
        }
        if let container = containerEndpoint { return .container(container) }
        return isImplied || vendors.isAWSInstanceDisabled ? nil : .instance
    }

    private var containerEndpoint: AWSContainerEndpoint? {
        let token = vendors.awsContainerToken?.reveal()
        let file = vendors.awsContainerTokenFile
        if let path = vendors.awsContainerPath {
            return AWSContainerEndpoint(relativePath: path, token: token, tokenFile: file)
        }
        return vendors.awsContainerURL.flatMap { AWSContainerEndpoint(fullURL: $0, token: token, tokenFile: file) }
    }

    func readinessOfAWS(_ connection: ProviderConnection) -> ProviderReadiness {
        for credential in [connection.apiKey, connection.secretAccessKey, connection.sessionToken] {
            if case .missing(let reason) = credential { return .notReady(reason: reason) }
        }
        if connection.apiKey != nil || connection.awsCredentials != nil { return .ready }
        if case .missing(let reason) = vendors.awsCredentialsFile { return .notReady(reason: reason) }
        if vendors.awsCredentialsFile != nil {
            return .notReady(reason: "aws_shared_credentials_file has no key pair in profile \(vendors.awsProfile)")
        }
        if vendors.awsContainerURL != nil || vendors.awsContainerPath != nil {
            return .notReady(reason: "AWS_CONTAINER_CREDENTIALS_* is no https URL and none of this machine")
        }
        return .notReady(reason: "AWS_BEARER_TOKEN_BEDROCK and AWS_ACCESS_KEY_ID are not set")
    }
}

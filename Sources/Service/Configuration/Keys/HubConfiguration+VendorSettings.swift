extension HubConfiguration {
    static let vendorSettings: [Setting<HubConfiguration>] = [
        .optional("openai_api_key", \.vendors.openAI.apiKey, .credential, "OpenAI's key."),
        .optional("openai_base_url", \.vendors.openAI.baseURL, .url, "OpenAI's URL with its `/v1`."),
        .optional(
            "openai_organization", \.vendors.openAIOrganization, .text(maximumLength: 256), "OpenAI's organization."),
        .optional("anthropic_api_key", \.vendors.anthropic.apiKey, .credential, "Anthropic's key."),
        .optional("anthropic_base_url", \.vendors.anthropic.baseURL, .url, "Anthropic's URL without a version."),
        .optional("google_api_key", \.vendors.google.apiKey, .credential, "Google's key."),
        .optional("google_base_url", \.vendors.google.baseURL, .url, "Google's URL without a version."),
        .optional(
            "google_application_credentials", \.vendors.googleServiceAccount, .credentialFile,
            "The key file of a service account: without a key of its own, `google` is called through Vertex AI."),
        .optional("google_cloud_project", \.vendors.googleProject, .googleProject, "Vertex AI's project."),
        .optional("google_cloud_location", \.vendors.googleLocation, .googleLocation, "Vertex AI's location."),
        .optional("azure_openai_api_key", \.vendors.azure.apiKey, .credential, "Azure OpenAI's key."),
        .optional("azure_openai_endpoint", \.vendors.azure.baseURL, .url, "The Azure resource's URL."),
        .optional(
            "azure_openai_deployment", \.vendors.azureDeployment, .text(maximumLength: 256),
            "Azure's deployment for models without one of their own."),
        .optional("bedrock_base_url", \.vendors.bedrock.baseURL, .url, "Bedrock's URL in place of the region's.")
            .notUsedYet,
    ]

    static let cloudSettings: [Setting<HubConfiguration>] = [
        .optional("aws_access_key_id", \.vendors.awsAccessKeyID, .text(maximumLength: 256), "AWS access key id.")
            .notUsedYet,
        .optional("aws_secret_access_key", \.vendors.awsSecretAccessKey, .secret, "AWS secret access key.").notUsedYet,
        .optional("aws_session_token", \.vendors.awsSessionToken, .secret, "AWS session token.").notUsedYet,
        .value("aws_region", \.vendors.awsRegion, .text(maximumLength: 64), "AWS region.").notUsedYet,
        .optional("vault_addr", \.vendors.vaultAddress, .url, "Vault's URL.").notUsedYet,
        .optional("vault_token", \.vendors.vaultToken, .secret, "Vault's token.").notUsedYet,
    ]
}

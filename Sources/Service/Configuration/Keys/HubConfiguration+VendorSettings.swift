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
            "The key file of a service account: without a key of its own, `google` is called through Vertex AI. Kept from "
                + "hosts other than Google's."),
        .optional("google_cloud_project", \.vendors.googleProject, .googleProject, "Vertex AI's project."),
        .optional("google_cloud_location", \.vendors.googleLocation, .googleLocation, "Vertex AI's location."),
        .optional("azure_openai_api_key", \.vendors.azure.apiKey, .credential, "Azure OpenAI's key."),
        .optional("azure_openai_endpoint", \.vendors.azure.baseURL, .url, "The Azure resource's URL."),
        .optional(
            "azure_openai_deployment", \.vendors.azureDeployment, .text(maximumLength: 256),
            "Azure's deployment for models without one of their own."),
        .optional("bedrock_base_url", \.vendors.bedrock.baseURL, .url, "Bedrock's URL in place of the region's."),
        .optional(
            "aws_bearer_token_bedrock", \.vendors.bedrock.apiKey, .credential,
            "A Bedrock API key, in place of a key pair of AWS."),
    ]

    static let cloudSettings: [Setting<HubConfiguration>] = [
        .optional("aws_access_key_id", \.vendors.awsAccessKeyID, .text(maximumLength: 256), "AWS access key id."),
        .optional("aws_secret_access_key", \.vendors.awsSecretAccessKey, .secret, "AWS secret access key."),
        .optional(
            "aws_session_token", \.vendors.awsSessionToken, .secret, "AWS session token, of a temporary key pair."),
        .value("aws_region", \.vendors.awsRegion, .region, "AWS region."),
        .optional(
            "aws_shared_credentials_file", \.vendors.awsCredentialsFile, .credentialFile,
            "The file of AWS's command line that holds a key pair. It is only read if it is named here."),
        .value("aws_profile", \.vendors.awsProfile, .text(maximumLength: 256), "The section of that file."),
        .optional(
            "aws_container_credentials_full_uri", \.vendors.awsContainerURL, .text(maximumLength: 2048),
            "Where a container gets its role's key pair; set by EKS."),
        .optional(
            "aws_container_credentials_relative_uri", \.vendors.awsContainerPath, .text(maximumLength: 2048),
            "The same as a path at ECS's own address; set by ECS."),
        .optional(
            "aws_container_authorization_token", \.vendors.awsContainerToken, .secret,
            "What is sent there as credential."),
        .optional(
            "aws_container_authorization_token_file", \.vendors.awsContainerTokenFile, .text(maximumLength: 4096),
            "The file that holds it, read for each fetch."),
        .value(
            "aws_ec2_metadata_disabled", \.vendors.isAWSInstanceDisabled, .boolean,
            "True: a Bedrock entry without a key pair does not ask the machine for that of its role."),
        .optional("vault_addr", \.vendors.vaultAddress, .url, "Vault's URL.").notUsedYet,
        .optional("vault_token", \.vendors.vaultToken, .secret, "Vault's token.").notUsedYet,
    ]
}

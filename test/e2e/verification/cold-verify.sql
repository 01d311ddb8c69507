SELECT k.id, k.owner_id, k.name, k.state, k.environment, k.permissions, k.allowed_services, k.allowed_ips,
k.allowed_user_agents, k.rate_limit_per_minute, k.rate_limit_per_hour, k.rate_limit_per_day,
k.throttle_per_minute, k.throttled_until,
k.expires_at, k.external_id, k.meta, k.has_credits, k.is_canary, s.id AS secret_id, s.retired_at
FROM api_key_secrets s JOIN api_keys k ON k.id = s.key_id
WHERE s.digest = $1

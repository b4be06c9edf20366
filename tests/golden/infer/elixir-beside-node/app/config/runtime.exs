import Config
if System.get_env("PHX_SERVER"), do: config(:site, SiteWeb.Endpoint, server: true)

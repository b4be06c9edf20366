defmodule Big.MixProject do
  def project do
    [
      apps_path: "apps",
      deps: [],
      releases: [
        big: [
          applications: [big: :permanent, big_web: :permanent]
        ]
      ]
    ]
  end
end

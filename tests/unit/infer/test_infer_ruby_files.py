"""The Gemfile, routes and `database.yml`: what counts, and what only looks like it."""

from __future__ import annotations

import pytest

from hivemind.infer.constraints import meets
from hivemind.infer.lines import uncommented
from hivemind.infer.ruby.database_yml import production_driver
from hivemind.infer.ruby.gemfile import load
from hivemind.infer.ruby.rack_routes import rack_routes
from hivemind.infer.ruby.rails_routes import rails_routes
from hivemind.infer.ruby.source import application_lines, environment_reads
from hivemind.infer.ruby.version import ruby_version
from hivemind.model.image import IMAGES


@pytest.mark.parametrize(
    "text, expected",
    [
        ("gem 'rails'", ["rails"]),
        ('  gem "pg" , "~> 1" # the database', ["pg"]),
        ('gem("puma")', ["puma"]),
        ("# gem 'pg'", []),
        ("gem 'x' # gem 'y'", ["x"]),
        ("group :development do\n gem 'a'\nend\ngem 'b'", ["b"]),
        ("group :development, :test do\n platforms :ruby do\n gem 'a'\n end\nend\ngem 'b'", ["b"]),
        ("group :production do\n gem 'a'\nend", ["a"]),
        ("group(:test) do\n gem 'a'\nend", []),
        ("group :test, :production do\n gem 'a'\nend", ["a"]),
        ("gem 'a', group: :test\ngem 'b', groups: %i[test development]\ngem 'c', :group => [:production]", ["c"]),
        ("gem 'a',\n  '~> 1',\n  group: :development\ngem 'b'", ["b"]),
        ("if ENV['X']\n gem 'a'\nelse\n gem 'b'\nend\ngem 'c' if x", ["a", "b", "c"]),
        ("=begin\ngem 'a'\n=end\ngem 'b'", ["b"]),
        ("end\nend\ngem 'a'", ["a"]),
        ("gem :a\ngem\ngem x\ngemstone 'a'", []),
        ("\ufeffgem 'a'\r\ngem 'b'\r\n", ["a", "b"]),
    ],
)
def test_gems_that_the_app_asks_for(plant, text, expected):
    assert [gem.name for gem in load(plant({"Gemfile": text}), ".").gems] == expected


@pytest.mark.parametrize(
    "files, expected",
    [
        ({"Gemfile": "ruby '3.2.1'", ".ruby-version": "3.1.0"}, "3.2"),
        ({"Gemfile": 'ruby "2.7.8", engine: "jruby"'}, "2.7"),
        ({"Gemfile": 'ruby "3.0.2p107"'}, "3.0"),
        ({"Gemfile": 'ruby file: ".ruby-version"', ".ruby-version": "ruby-3.3.0\n"}, "3.3"),
        ({"Gemfile": 'ruby file: ".tool-versions"', ".tool-versions": "node 20\nruby 3.1.2"}, "3.1"),
        ({"Gemfile": 'ruby "~> 3.2"'}, "3.4"),
        ({"Gemfile": 'ruby "~> 3.2.0"'}, "3.2"),
        ({"Gemfile": 'ruby ">= 2.7", "< 3.2"'}, "3.1"),
        ({"Gemfile": 'ruby ">= 3.1", "< 3.4"'}, "3.2"),
        ({"Gemfile": 'ruby ">= 3.0"', "Gemfile.lock": "RUBY VERSION\n   ruby 3.3.1p55\n"}, "3.3"),
        ({"Gemfile": "ruby VERSION"}, "3.4"),
        ({"Gemfile": "", "mise.toml": '[tools]\nruby = "3.3"\n'}, "3.3"),
        (
            {"Gemfile": "", "Dockerfile": "ARG RUBY_VERSION=3.2.4\nFROM docker.io/library/ruby:$RUBY_VERSION-slim"},
            "3.2",
        ),
        ({"Gemfile": "", ".ruby-version": "jruby-9.4\n"}, "3.4"),
    ],
)
def test_the_version_of_ruby(plant, files, expected):
    tree = plant(files)
    assert ruby_version(tree, ".", load(tree, "."), IMAGES["al2023"]).value == expected


@pytest.mark.parametrize(
    "inside, expected",
    [
        ('get "up" => "rails/health#show", as: :x', ["/up"]),
        ("root 'a#b'", ["/"]),
        ("root to: 'a#b'", ["/"]),
        ("get '/help', to: 'a#b'", ["/help"]),
        ("get :about", ["/about"]),
        ("get '/users/:id', to: 'a#b'", []),
        ("post '/x', to: 'a#b'", []),
        ("# get '/x'", []),
        ("namespace :api do\n  namespace :v1 do\n    get 'ping', to: 'a#b'\n  end\nend", ["/api/v1/ping"]),
        ("scope '/api' do\n  get 'health'\nend\nget 'x'", ["/api/health", "/x"]),
        ("scope :api do\n  root 'a#b'\nend", ["/api"]),
        ("scope module: :web do\n  get 'x'\nend", ["/x"]),
        ("scope path: '/v2', module: 'x' do\n  get 'x'\nend", ["/v2/x"]),
        ("resources :posts do\n  get 'x'\nend", ["/posts"]),
        ("resources :posts, only: [:show]", []),
        ("authenticate :user do\n  get 'x'\nend", []),
        ("constraints subdomain: 'api' do\n  get 'x'\nend", []),
        ("mount OkComputer::Engine, at: '/ok'", ["/ok"]),
        ("mount Sidekiq::Web => '/sidekiq'", []),
    ],
)
def test_routes_of_rails(plant, inside, expected):
    tree = plant({"config/routes.rb": f"Rails.application.routes.draw do\n{inside}\nend\n"})
    assert [route.path for route in rails_routes(tree, ".")] == expected


@pytest.mark.parametrize(
    "text, expected",
    [
        ("production:\n  adapter: postgresql", "pg"),
        ("default: &default\n  adapter: mysql2\nproduction:\n  <<: *default", "mysql2"),
        ("default: &d\n  adapter: sqlite3\nproduction:\n  <<: *d\n  adapter: postgresql", "pg"),
        ("d: &d\n  adapter: sqlite3\nproduction:\n  primary: &p\n    <<: *d\n  cache:\n    <<: *p", "sqlite3"),
        ("production:\n  adapter: <%= ENV.fetch('A', 'mysql2') %>", "mysql2"),
        ("production:\n  adapter: <%= ENV['A'] || 'postgresql' %> # sqlite3", "pg"),
        ("production:\n  url: postgres://u@h/d", "pg"),
        ("production:\n  url: <%= ENV['DATABASE_URL'] %>", None),
        ("development:\n  adapter: sqlite3", None),
        ("a: &a\n  <<: *b\nb: &b\n  <<: *a\nproduction:\n  <<: *a", None),
        ("<% if x %>\nproduction:\n  adapter: trilogy\n<% end %>", "trilogy"),
        (": [", None),
    ],
)
def test_the_driver_of_production(plant, text, expected):
    driver = production_driver(plant({"config/database.yml": text}), ".")
    assert (driver.name if driver else None) == expected


@pytest.mark.parametrize(
    "code, expected",
    [
        ('ENV["A"]', [("A", False, None)]),
        ("ENV.fetch('A')", [("A", True, None)]),
        ("ENV.fetch('A', 'x')", [("A", False, "x")]),
        ("ENV.fetch('A') { 'x' }", [("A", False, "x")]),
        ("ENV.fetch 'A'", [("A", True, None)]),
        ("ENV['A'] || 'redis://h'", [("A", False, "redis://h")]),
        ("ENV['A'] = 'x'", []),
        ("ENV['A'] ||= 'x'", [("A", False, None)]),
        ("# ENV.fetch('A')", []),
        ("ENV[name]", []),
    ],
)
def test_reads_of_the_environment(plant, code, expected):
    tree = plant({"app.rb": code})
    reads = environment_reads(tree, application_lines(tree, "."))
    assert [(read.name, read.required, read.default) for read in reads] == expected


@pytest.mark.parametrize(
    "version, constraint, expected",
    [
        ("8.2", "^8.1", True),
        ("9.0", "^8.1", False),
        ("8.0", "^8.1", False),
        ("8.3", ">=8.1 <8.4", True),
        ("8.4", ">=8.1 <8.4", False),
        ("8.4", "<8.4.0", False),
        ("8.4", "<8.4.5", True),
        ("8.1", "~8.1.0", True),
        ("8.2", "~8.1.0", False),
        ("8.4", "~8.1", True),
        ("8.4", "8.*", True),
        ("7.4", "8.*", False),
        ("7.4", "^7.3|^8.0", True),
        ("7.4", "^7.3 || ^8.0", True),
        ("8.2", "7.4 - 8.1", False),
        ("8.1", "7.4 - 8.1", True),
        ("8.2", "8.2.10", True),
        ("8.2", "!=8.2.1", True),
        ("8.2", "*", True),
        ("8.2", "nonsense", True),
        ("1.17", "~> 1.14", True),
        ("2.0", "~> 1.14", False),
        ("1.15", "~> 1.14.1 or ~> 1.15", True),
    ],
)
def test_constraints(version, constraint, expected):
    assert meets(version, constraint) is expected


@pytest.mark.parametrize(
    "text, expected",
    [
        ("a # b", "a "),
        ("'a # b' # c", "'a # b' "),
        ('"#{x}" # y', '"#{x}" '),
        ("x#y", "x#y"),
        ("'a\\' # b' # c", "'a\\' # b' "),
        ("# all", ""),
    ],
)
def test_comments_end_the_code(text, expected):
    assert uncommented(text, ("#",)) == expected


@pytest.mark.parametrize(
    "text, expected",
    [
        ("gem 'pg', group: :production", {"pg"}),
        ("group :production do\n gem 'pg'\nend\ngem 'sqlite3'", {"pg"}),
        ("group :production, :staging do\n gem 'pg'\nend", set()),
        ("gem 'pg'", set()),
    ],
)
def test_gems_of_production_alone(plant, text, expected):
    assert load(plant({"Gemfile": text}), ".").for_production == expected


@pytest.mark.parametrize(
    "code, expected",
    [
        ("get '/' do\n  'x'\nend\nget '/a' do\n  'x'\nend", ["/", "/a"]),
        (
            "class A < Sinatra::Base\n  get '/a' do\n    if x\n      1\n    end\n  end\n  get('/b') { 1 }\nend",
            ["/a", "/b"],
        ),
        ("namespace '/api' do\n  get '/a' do\n  end\nend\nget '/b' do\nend", ["/api/a", "/b"]),
        ("def x = 1\nget '/a' do\nend", ["/a"]),
        ("get '/a/:id' do\nend\npost '/b' do\nend\n# get '/c' do", []),
        (
            "class A < Grape::API\n  version 'v1', using: :path\n  prefix :api\n  resource :things do\n"
            "    get :all do\n    end\n  end\n  get '/health' do\n  end\nend",
            ["/api/v1/things/all", "/api/v1/health"],
        ),
        ("class A < Grape::API\n  version 'v1', using: :header, vendor: 'x'\n  get '/a' do\n  end\nend", ["/a"]),
        (
            "route do |r|\n  r.root do\n  end\n  r.get 'a' do\n  end\n"
            "  r.on 'b' do\n    r.get 'c' do\n    end\n  end\nend",
            ["/", "/a", "/b/c"],
        ),
        ("class Routes < Hanami::Routes\n  root to: 'x'\n  get '/up', to: 'y'\nend", ["/", "/up"]),
        ("root = File.dirname(__FILE__)", []),
        ("end\nend\nget '/a' do\nend", ["/a"]),
    ],
)
def test_routes_of_rack(plant, code, expected):
    tree = plant({"app.rb": code})
    assert [route.path for route in rack_routes(tree, ["app.rb"])] == expected

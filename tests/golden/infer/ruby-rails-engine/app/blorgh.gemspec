Gem::Specification.new do |spec|
  spec.name = "blorgh"
  spec.add_dependency "rails", ">= 7.0"
end

"""The tests of Forebay. A package, so that tests and benchmarks import tests.services by one name."""

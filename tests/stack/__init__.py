"""The stack of deploy/compose.yml, brought up and put to the test: `make stack-test`. Not part of a plain `pytest`."""

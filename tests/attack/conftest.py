"""The marker of the long part of the attack suite."""


def pytest_configure(config):
    config.addinivalue_line("markers", "attack: hostile inputs and kills, the long part")

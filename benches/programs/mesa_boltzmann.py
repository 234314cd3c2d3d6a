"""Mesa's own model of wealth passed on at random."""

from mesa.examples.basic.boltzmann_wealth_model.model import BoltzmannWealth


def run():
    """A hundred steps of the model, of a fixed seed."""
    model = BoltzmannWealth(n=400, width=20, height=20, seed=42)
    for _ in range(100):
        model.step()
    return sorted(agent.wealth for agent in model.agents)

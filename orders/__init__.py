"""STD. 20 orders: from a draft to the contractor's order desk."""

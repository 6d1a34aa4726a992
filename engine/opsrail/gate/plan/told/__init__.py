"""What a reviewer is told of a plan, part by part: words and order, and no layout."""
